import path from 'node:path';
import { escapeText } from '../report/escape.ts';

const plain = /^[\w./+@:,-]+$/;

/** Commands that links to the program are named after: the programs that they stand for were called so. */
const links: readonly string[] = ['analyze-local-images'];

type Environment = Readonly<Record<string, string | undefined>>;

/** The launcher tells; the package of npm has none, and the interpreter tells the script by the name it was called by. */
function startedAs(environment: Environment, script: string | undefined): string | undefined {
  const told = environment['DRYDOCK_STARTED_AS'];
  if (told !== undefined && told !== '') return told;
  return script !== undefined && links.includes(path.basename(script)) ? script : undefined;
}

/** `['analyze-local-images']` where the program is called by that name; empty otherwise. */
export function commandOfName(environment: Environment, script: string | undefined): readonly string[] {
  const name = path.basename(startedAs(environment, script) ?? '');
  return links.includes(name) ? [name] : [];
}

/**
 * What to type to start this program again, as the launcher tells it in DRYDOCK_STARTED_AS: `./drydock` in a checkout,
 * `drydock` where that is found on the PATH. Quoted for a shell where it must be.
 * @param script the path by which the interpreter knows the script
 */
export function programName(environment: Environment, script?: string): string {
  const called = startedAs(environment, script);
  if (called === undefined) return 'drydock';
  // A shell that found a script on the PATH hands over where it found it.
  const folders = (environment['PATH'] ?? '').split(path.delimiter);
  const name = path.isAbsolute(called) && folders.includes(path.dirname(called)) ? path.basename(called) : called;
  return plain.test(name) ? name : escapeText(`'${name.replaceAll("'", `'\\''`)}'`);
}
