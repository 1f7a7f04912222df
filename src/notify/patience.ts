const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The longest wait between two attempts of one round (spec 9.2). */
const LONGEST_WAIT = 15 * MINUTE;

/** Between attempt N of a round and the next: 1 s, 2 s, 4 s ... (spec 9.2). @param attempt from 1 */
export function waitAfter(attempt: number): number {
  return Math.min(SECOND * 2 ** (attempt - 1), LONGEST_WAIT);
}

/**
 * How long a notification rests after so many failed rounds in a row: 1 min, doubling, at most the time after which a
 * delivered one would be sent again (spec 0.3, 17).
 */
export function restAfter(failures: number, renotifyInterval: number): number {
  return Math.min(MINUTE * 2 ** (failures - 1), renotifyInterval);
}
