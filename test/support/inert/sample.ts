/**
 * A text that a rule must take and one that it must leave. Both are written by us and do nothing: they end before their
 * first word, and their words stand here in two halves, so that no file of ours is what the rules look for.
 */
export interface InertSample {
  /** Id of the starter rule. */
  readonly id: string;
  readonly hit: string | Uint8Array;
  readonly miss: string | Uint8Array;
}

/** Joins what `¦` parts; `´` stands for a backtick. */
export function joined(text: string): string {
  return text.replaceAll('¦', '').replaceAll('´', '`');
}

/** Samples of one folder of rules: id, what hits, what misses. */
export function samples(...all: readonly (readonly [id: string, hit: string, miss: string])[]): InertSample[] {
  return all.map(([id, hit, miss]) => ({ id, hit: joined(hit), miss: joined(miss) }));
}
