const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** What decides when the next update is due; times in milliseconds since 1970. */
export interface UpdateHistory {
  /** When the last complete update ended; absent: there was none. */
  readonly last?: number;
  /** Attempts of this process that failed since then, and when the last of them ended. */
  readonly failures: number;
  readonly failedAt?: number;
  /** 0 to 1: spreads the updates of machines that were started together. */
  readonly chance: number;
}

/** More spread makes nothing better. */
const MOST_JITTER = 5 * MINUTE;

/**
 * Milliseconds until the next update; 0 or less: now. After a failure the interval does not count, but a pause that
 * doubles from a minute to the interval. A time in the future, which a clock that was set back leaves, counts as now.
 */
export function untilUpdate(history: UpdateHistory, interval: number, now: number): number {
  const { last, failures, failedAt, chance } = history;
  if (failures > 0 && failedAt !== undefined) {
    const pause = Math.min(MINUTE * 2 ** Math.min(failures - 1, 20), Math.max(interval, MINUTE));
    return Math.min(failedAt, now) + pause * (1 + chance * 0.1) - now;
  }
  if (last === undefined) return 0;
  return Math.min(last, now) + interval + chance * Math.min(interval * 0.1, MOST_JITTER) - now;
}
