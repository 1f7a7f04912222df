import { wrapWords } from '../../report/display-width.ts';
import { nameProgram } from '../../report/words.ts';
import { type ReportStream, textWidth } from './streams.ts';

/** Blanks before the lines of a message after its first. */
const INDENT = '  ';

export interface MessageSettings {
  readonly stream: ReportStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the program is called here. */
  readonly program: string;
}

/**
 * Lines for standard error as they are written there. A terminal gets them wrapped between words; elsewhere a message
 * stays one line, as whoever searches a log expects.
 */
export function formatMessage(text: string, { stream, environment, program }: MessageSettings): string {
  const named = nameProgram(text, program);
  if (!stream.isTerminal) return named;
  const width = textWidth(stream, environment);
  return named
    .split('\n')
    .map((line) => wrapWords(line, width - INDENT.length, width).join(`\n${INDENT}`))
    .join('\n');
}
