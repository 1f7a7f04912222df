import path from 'node:path';
import { UsageError } from '../../errors.ts';

/**
 * The name under which shells know the program: the last part of what it was started by. They look a command up by
 * that, whatever folder stands before it.
 * @throws UsageError on a name that would have to be quoted, as no shell completes such a command.
 */
export function commandName(environment: Readonly<Record<string, string | undefined>>): string {
  const name = path.basename(environment['DRYDOCK_STARTED_AS'] || 'drydock');
  if (/^\w[\w.+-]*$/.test(name)) return name;
  throw new UsageError('usage.option', `shells cannot complete a command of the name ${JSON.stringify(name)}.`);
}

/** Name of the function that completes a command; the names of its helpers begin with it. */
export function functionName(program: string): string {
  return `_${program.replaceAll(/\W/g, '_')}`;
}

/** A word for bash and zsh, in quotes where it must be. */
export function quoteWord(word: string): string {
  return /^[\w./:@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The same for fish, where a backslash escapes in quotes as well. */
export function quoteForFish(word: string): string {
  return /^[\w./:@,+-]+$/.test(word) ? word : `'${word.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
