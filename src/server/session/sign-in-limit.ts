import type { Clock } from '../clock.ts';

/** Wrong tokens that one address may send in a window, and the milliseconds of that. */
const MOST_FAILURES = 10;
const WINDOW = 60_000;

/** Addresses that are remembered; beyond them the oldest is forgotten. */
const MOST_ADDRESSES = 10_000;

/** Slows those down who guess tokens. A right one costs nothing. */
export class SignInLimit {
  readonly #failures = new Map<string, { readonly since: number; count: number }>();
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Milliseconds for which nothing of this address is looked at; 0: it may try. */
  waitOf(address: string): number {
    const known = this.#failures.get(address);
    if (known === undefined) return 0;
    const left = known.since + WINDOW - this.#clock.now();
    if (left <= 0 || left > WINDOW) {
      this.#failures.delete(address);
      return 0;
    }
    return known.count < MOST_FAILURES ? 0 : left;
  }

  /** The token that an address sent was wrong. */
  failed(address: string): void {
    if (this.waitOf(address) > 0) return;
    const known = this.#failures.get(address);
    if (known !== undefined) {
      known.count++;
      return;
    }
    const oldest = this.#failures.keys().next();
    if (this.#failures.size >= MOST_ADDRESSES && oldest.done !== true) this.#failures.delete(oldest.value);
    this.#failures.set(address, { since: this.#clock.now(), count: 1 });
  }
}
