import { redactCredentials } from '../config/service-redact.ts';
import { DrydockError, type ErrorCode } from '../errors.ts';
import { escapeText } from '../report/escape.ts';

/** An error as its command line shows it. */
export interface Failure {
  readonly code: ErrorCode;
  /** One or more lines without a final line break. */
  readonly text: string;
}

/** The chain of causes with their stacks: for us, when DRYDOCK_DEBUG asks for it. */
function trace(error: unknown): string {
  const parts: string[] = [];
  let cause: unknown = error;
  for (let depth = 0; depth < 10 && cause !== undefined; depth++) {
    parts.push(cause instanceof Error ? (cause.stack ?? String(cause)) : String(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return parts.join('\ncaused by: ');
}

/** Turns whatever was thrown into words: what happened, to what, what to do. Never a stack trace unless asked for. */
export function describeFailure(error: unknown, debug: boolean): Failure {
  // The reason of a time limit, where there was nothing yet to report.
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { code: 'source.limit', text: 'the time limit (--timeout) was reached before anything could be read.' };
  }
  const code = error instanceof DrydockError ? error.code : 'fault';
  const message = error instanceof Error ? error.message : String(error);
  // Messages quote paths, which an image may have written: a line break in one must not look like a line of ours.
  // Addresses that a user gave may hold a password; what runs in CI is read by many.
  const safe = escapeText(redactCredentials(message));
  const text =
    code === 'fault'
      ? `a fault in Drydock itself: ${safe}\nPlease report it, with what you ran.${
          debug ? '' : ' DRYDOCK_DEBUG=1 shows where it happened.'
        }`
      : safe;
  if (!debug) return { code, text };
  return {
    code,
    text: [
      text,
      ...trace(error)
        .split('\n')
        .map((line) => escapeText(redactCredentials(line))),
    ].join('\n'),
  };
}
