import type { Limits } from './limits.ts';
import type { Logger } from './log.ts';

/**
 * Long work tells where it is. `done` and `total` count in `unit`; total is undefined while unknown. Several steps may go
 * on at a time. A step has a count of its own, unless it differs from another one in numbers only and has the same
 * total: `reading layer 1 of 3` and `reading layer 2 of 3` count together.
 */
export interface Progress {
  report(step: string, done?: number, total?: number, unit?: 'bytes' | 'layers' | 'records'): void;
}

/** What every step of a scan gets from its caller. Passed down explicitly; there is no global state. */
export interface ScanContext {
  readonly signal: AbortSignal;
  /** `signal` fires after a time that was set: what matters most is then read first. */
  readonly timeLimited?: boolean;
  readonly log: Logger;
  readonly limits: Limits;
  readonly progress: Progress;
  /** Folder for unlinked temporary files. */
  readonly temporary: string;
  /** The moment that the scan calls now. */
  readonly now: Date;
}

/** The time limit was reached; an interruption by the user is something else. */
export function timedOut(signal: AbortSignal): boolean {
  return signal.aborted && (signal.reason as { name?: unknown } | undefined)?.name === 'TimeoutError';
}

export const noProgress: Progress = { report() {} };
