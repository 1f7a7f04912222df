/** Time that passes only when somebody waits for it: a wait ends at once, and the clock is later. */
export class TestClock {
  /** Waits that were asked for, in milliseconds, those that stand still not among them. */
  readonly waits: number[] = [];
  /** A wait of this length stands still until it is ended: that of somebody who has nothing to do. */
  readonly #standstill: number;
  #now: number;
  #ends: (() => void)[] = [];
  #still: (() => void)[] = [];

  constructor(start: number, standstill: number) {
    this.#now = start;
    this.#standstill = standstill;
  }

  now(): number {
    return this.#now;
  }

  /** Lets time pass, and ends the waits that stood still. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
    for (const end of this.#ends.splice(0)) end();
  }

  /** Resolves when so many waits stand still at a time. */
  async standsStill(count = 1): Promise<void> {
    while (this.#ends.length < count) await new Promise<void>((resolve) => this.#still.push(resolve));
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    if (milliseconds !== this.#standstill) {
      this.waits.push(milliseconds);
      this.#now += milliseconds;
      return;
    }
    await new Promise<void>((resolve) => {
      const end = (): void => {
        this.#ends = this.#ends.filter((other) => other !== end);
        resolve();
      };
      this.#ends.push(end);
      signal.addEventListener('abort', end, { once: true });
      for (const told of this.#still.splice(0)) told();
    });
  }
}
