/** Paths of one process that are counted: more than any rule asks for. */
const MOST = 200;

/** Paths that came within a span of time, each once. */
export class RecentPaths {
  readonly #seconds: number;
  #now = new Map<string, number>();
  #before = new Map<string, number>();
  #since = 0;

  /** @param seconds - how long a path counts */
  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  add(path: string, at: number): void {
    if (at - this.#since > this.#seconds) {
      this.#before = this.#now;
      this.#now = new Map();
      this.#since = at;
    }
    if (this.#now.size < MOST || this.#now.has(path)) this.#now.set(path, at);
  }

  /** How many count at a moment. */
  count(at: number): number {
    let count = 0;
    for (const time of this.#now.values()) if (at - time <= this.#seconds) count++;
    for (const [path, time] of this.#before) if (at - time <= this.#seconds && !this.#now.has(path)) count++;
    return count;
  }
}
