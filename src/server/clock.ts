import { setTimeout as sleep } from 'node:timers/promises';

/** Time, as the parts of the service see it: tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970; may jump either way. */
  now(): number;
  /** Ends early, without an error, when the signal fires. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** One that also tells what passed, whatever somebody does to the time of day. */
export interface SteadyClock extends Clock {
  /** Milliseconds since some moment; never goes back. */
  steady(): number;
}

export const systemClock: SteadyClock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  async sleep(milliseconds, signal) {
    try {
      await sleep(milliseconds, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  },
};
