/** The rate follows what happened in about this time. */
const MEMORY_MS = 4000;
/** Shorter steps than this say more of buffers than of the rate. */
const SAMPLE_MS = 200;
/** Before this time a rate, and a time that is left, would be guesses. */
const RATE_AFTER_MS = 1000;
const LEFT_AFTER_MS = 3000;
/** Nobody plans by a longer time, and it is rarely true. */
const LONGEST_MS = 24 * 3_600_000;

/** How fast a count grows, and when it will be done. All times are milliseconds of one rising clock. */
export class Pace {
  #started: number | undefined;
  #sampled = 0;
  #done = 0;
  #latest = 0;
  /** Average of the rates seen, the older the less, and the weight that it has so far: at first it is not whole. */
  #average = 0;
  #weight = 0;
  #shown: { readonly left: number; readonly at: number } | undefined;

  /** Takes note of the count. One that went back has begun anew: what is known of the rate still holds. */
  observe(done: number, at: number): void {
    this.#latest = done;
    if (this.#started === undefined || done < this.#done) {
      this.#started ??= at;
      this.#sampled = at;
      this.#done = done;
      return;
    }
    const elapsed = at - this.#sampled;
    if (elapsed < SAMPLE_MS) return;
    const share = 1 - Math.exp(-elapsed / MEMORY_MS);
    this.#average += share * ((done - this.#done) / elapsed - this.#average);
    this.#weight += share * (1 - this.#weight);
    this.#sampled = at;
    this.#done = done;
  }

  /** Units a second; undefined while it is not known. */
  rate(at: number): number | undefined {
    const perMs = this.#rate(at, RATE_AFTER_MS);
    return perMs === undefined ? undefined : perMs * 1000;
  }

  /**
   * Milliseconds until the count reaches the total, undefined while that is not known. What was told before is counted
   * down as long as it is not far from the truth: a time that goes up and down is worse than one that is a little wrong.
   */
  left(total: number, at: number): number | undefined {
    const rate = this.#rate(at, LEFT_AFTER_MS);
    if (rate === undefined || total <= this.#latest) return undefined;
    const estimate = (total - this.#latest) / rate;
    const counted = this.#shown === undefined ? 0 : this.#shown.left - (at - this.#shown.at);
    const holds = counted > 0 && estimate > counted * 0.75 && estimate < counted * 1.25 + 2000;
    const left = holds ? counted : estimate;
    this.#shown = { left, at };
    return left > LONGEST_MS ? undefined : left;
  }

  #rate(at: number, after: number): number | undefined {
    if (this.#started === undefined || at - this.#started < after || this.#average <= 0) return undefined;
    return this.#average / this.#weight;
  }
}

/** A time that is left, as exact as it can be known: `8 s`, `35 s`, `12 min`, `2 h 10 min`. */
export function leftWords(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000 - 0.05));
  if (seconds <= 10) return `${seconds} s`;
  if (seconds <= 55) return `${Math.ceil(seconds / 5) * 5} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const tens = Math.ceil(minutes / 10) * 10;
  return `${Math.floor(tens / 60)} h${tens % 60 === 0 ? '' : ` ${tens % 60} min`}`;
}
