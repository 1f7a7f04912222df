import { DrydockError, type ErrorCode } from '../errors.ts';
import { HopelessJob } from './queue.ts';

/** What another attempt will not change. Anything else may be a bad moment. */
const hopeless: ReadonlySet<ErrorCode> = new Set([
  'source.not-found',
  'source.not-an-image',
  'source.unsupported',
  'source.platform',
  'source.unauthorised',
  'source.limit',
  'usage.option',
  'usage.configuration',
]);

/** Whether no further attempt can mend it. */
export function isHopeless(error: unknown): boolean {
  return error instanceof HopelessJob || (error instanceof DrydockError && hopeless.has(error.code));
}

/** The process stops: no fault of the job. A time that is over is one. */
export function isStopping({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof DOMException && reason.name === 'TimeoutError');
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
