import type { Writable } from 'node:stream';
import { DrydockError } from '../../errors.ts';

/** Where the result of a command goes. */
export interface ReportStream {
  readonly isTerminal: boolean;
  /** Width of the terminal as it is now; undefined when it is none, or does not know. */
  readonly columns: number | undefined;
  /**
   * Resolves when the bytes have left the process. A reader that went away (`| head`) is no error: the rest is dropped.
   * @throws DrydockError `output.not-writable` when the bytes cannot be written, such as on a full disk.
   */
  write(content: string | Uint8Array): Promise<void>;
}

/** The part of process.stdout that is needed. */
export interface StandardStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Makes a standard stream safe to write to. */
export function openReportStream(stream: StandardStream): ReportStream {
  let closed = false;
  // Without a listener the error event of a closed pipe would end the process with a stack trace.
  stream.on('error', () => {
    closed = true;
  });
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      // Some terminals say 0, which means that they do not know.
      return stream.isTTY === true ? stream.columns || undefined : undefined;
    },
    write: (content) =>
      new Promise((resolve, reject) => {
        if (closed || content.length === 0) {
          resolve();
          return;
        }
        stream.write(content, (error) => {
          const code = (error as NodeJS.ErrnoException | null | undefined)?.code;
          if (error === null || error === undefined || code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') resolve();
          else {
            reject(
              new DrydockError(
                'output.not-writable',
                `standard output could not be written (${code ?? error.message}).`,
                {
                  cause: error,
                },
              ),
            );
          }
        });
      }),
  };
}

/** Columns of text that no terminal shows, and of a terminal that does not know its own. */
const PLAIN_WIDTH = 100;
const TERMINAL_WIDTH = 80;

/** How wide text shall be: as the terminal, else as COLUMNS says, else 100 columns. */
export function textWidth(
  stream: Pick<ReportStream, 'isTerminal' | 'columns'>,
  environment: Readonly<Record<string, string | undefined>>,
): number {
  if (stream.columns !== undefined) return stream.columns;
  const told = environment['COLUMNS'] ?? '';
  if (/^[1-9]\d{0,3}$/.test(told)) return Number(told);
  return stream.isTerminal ? TERMINAL_WIDTH : PLAIN_WIDTH;
}

/** What decides about colours. */
export interface ColorQuestion {
  readonly asked: 'auto' | 'always' | 'never';
  readonly isTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}

/**
 * Whether to colour: the flag, then FORCE_COLOR and CLICOLOR_FORCE, then NO_COLOR (https://no-color.org: any value that
 * is not empty) and CLICOLOR=0, then whether it is a terminal that knows colours.
 */
export function wantsColor({ asked, isTerminal, environment }: ColorQuestion): boolean {
  if (asked !== 'auto') return asked === 'always';
  const { FORCE_COLOR, CLICOLOR_FORCE, NO_COLOR, CLICOLOR, TERM } = environment;
  if (FORCE_COLOR === '0' || FORCE_COLOR === 'false') return false;
  if (isOn(FORCE_COLOR) || isOn(CLICOLOR_FORCE)) return true;
  if ((NO_COLOR !== undefined && NO_COLOR !== '') || CLICOLOR === '0') return false;
  return isTerminal && TERM !== 'dumb';
}
