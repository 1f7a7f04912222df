import { UsageError } from '../errors.ts';
import type { CommandIo } from './command.ts';

/**
 * Refuses references to standard input (`-`) that would wait for ever or find nothing.
 * @throws UsageError
 */
export function checkStandardInput(references: readonly string[], io: Pick<CommandIo, 'stdinIsTerminal'>): void {
  const count = references.filter((reference) => reference === '-').length;
  if (count > 1) {
    throw new UsageError('usage.option', 'standard input (-) is named twice, but can be read once only.');
  }
  if (count === 1 && io.stdinIsTerminal) {
    throw new UsageError('usage.option', 'standard input (-) is a terminal. Pipe an image into "drydock scan -".');
  }
}
