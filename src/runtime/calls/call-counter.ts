import type { CallCounts } from '../../model/observation.ts';

const MAX_NAMES = 1000;

/** Counts calls by their names, which come from a trace: there are some 450, so that more than a thousand are none. */
export class CallCounter {
  readonly #counts = new Map<string, { count: number; failed: number }>();
  calls = 0;

  /** False for a name beyond the thousandth. */
  count(name: string, failed: boolean): boolean {
    let entry = this.#counts.get(name);
    if (entry === undefined) {
      if (this.#counts.size >= MAX_NAMES) return false;
      entry = { count: 0, failed: 0 };
      this.#counts.set(name, entry);
    }
    this.calls++;
    entry.count++;
    if (failed) entry.failed++;
    return true;
  }

  /** By name, sorted. */
  get counts(): CallCounts {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
