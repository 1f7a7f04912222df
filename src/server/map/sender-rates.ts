import { DrydockError } from '../../errors.ts';

/** Hosts that one name may tell of. */
export const MOST_HOSTS_OF_ONE = 200;

/** What one name may send in a second, and at once after a while: each of its hosts twice a second. */
const bounds = {
  bodies: { second: 2 * MOST_HOSTS_OF_ONE, once: 5 * MOST_HOSTS_OF_ONE },
  bytes: { second: 8 * 1024 * 1024, once: 128 * 1024 * 1024 },
} as const;

interface Rate {
  bodies: number;
  bytes: number;
  at: number;
}

/** How much each sender sent lately: asked before anything of it is read, so that one who floods costs the others nothing. */
export class SenderRates {
  readonly #known = new Map<string, Rate>();

  /** @param now milliseconds @throws DrydockError `service.busy` */
  admitBody(from: string, bytes: number, now: number): void {
    const rate = this.#rateOf(from, now);
    const isTooMuch = rate.bodies < 1 || rate.bytes < bytes;
    rate.bodies = Math.max(0, rate.bodies - 1);
    rate.bytes = Math.max(0, rate.bytes - bytes);
    if (isTooMuch) throw tooMuch();
  }

  /** @throws DrydockError `service.busy` */
  admitMore(from: string, bytes: number, now: number): void {
    const rate = this.#rateOf(from, now);
    const isTooMuch = rate.bytes < bytes;
    rate.bytes = Math.max(0, rate.bytes - bytes);
    if (isTooMuch) throw tooMuch();
  }

  /** Forgets those who sent nothing since. */
  forget(before: number): void {
    for (const [from, { at }] of this.#known) if (at <= before) this.#known.delete(from);
  }

  #rateOf(from: string, now: number): Rate {
    const known = this.#known.get(from) ?? { bodies: bounds.bodies.once, bytes: bounds.bytes.once, at: now };
    const passed = Math.max(0, now - known.at) / 1000;
    known.bodies = Math.min(bounds.bodies.once, known.bodies + passed * bounds.bodies.second);
    known.bytes = Math.min(bounds.bytes.once, known.bytes + passed * bounds.bytes.second);
    known.at = now;
    this.#known.set(from, known);
    return known;
  }
}

function tooMuch(): DrydockError {
  return new DrydockError('service.busy', 'This reporter sends more than it may.');
}
