import type { Settings } from '../config/options.ts';
import { UsageError } from '../errors.ts';

/**
 * Refuses to fill a terminal with a page that a browser reads, before anything is scanned for it.
 * @throws UsageError
 */
export function checkTerminal(
  { format, output }: Pick<Settings, 'format' | 'output'>,
  stdout: { readonly isTerminal: boolean },
): void {
  if (format !== 'html' || !stdout.isTerminal || output.some(({ instead }) => instead)) return;
  const message = '--format: html is a page for a browser, and standard output is a terminal. Write it to a file: ';
  throw new UsageError('usage.option', `${message}-o html=report.html`);
}
