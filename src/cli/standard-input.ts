import { UsageError } from '../errors.ts';
import type { CommandIo } from './command.ts';

/**
 * Refuses references to standard input (`-`) that would wait for ever or find nothing.
 * @param hint how it is done
 * @throws UsageError
 */
export function checkStandardInput(
  references: readonly string[],
  io: Pick<CommandIo, 'stdinIsTerminal'>,
  hint = 'Pipe an image into "drydock scan -".',
): void {
  const count = references.filter((reference) => reference === '-').length;
  if (count > 1) {
    throw new UsageError('usage.option', 'standard input (-) is named twice, but can be read once only.');
  }
  if (count === 1 && io.stdinIsTerminal) {
    throw new UsageError('usage.option', `standard input (-) is a terminal. ${hint}`);
  }
}
