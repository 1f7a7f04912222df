const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** What decides when the next update is due; times in milliseconds since 1970. */
export interface UpdateHistory {
  /** When the last complete update of any process ended; absent: there was none. */
  readonly last?: number;
  /** When that of this process did. */
  readonly looked?: number;
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
 * doubles from a minute to the interval. Times may be those of a clock that was, or is, ahead: what is further in the
 * future than an interval is not believed, and one of another process does not make this one update more often.
 */
export function untilUpdate(history: UpdateHistory, interval: number, now: number): number {
  const { failures, failedAt, chance } = history;
  if (failures > 0 && failedAt !== undefined) {
    const pause = Math.min(MINUTE * 2 ** Math.min(failures - 1, 20), Math.max(interval, MINUTE));
    return failedAt > now ? 0 : failedAt + pause * (1 + chance * 0.1) - now;
  }
  const known = [history.last, history.looked].filter((time) => time !== undefined && time <= now + interval);
  if (known.length === 0) return 0;
  const last = Math.min(Math.max(...(known as number[])), now);
  return last + interval + chance * Math.min(interval * 0.1, MOST_JITTER) - now;
}
