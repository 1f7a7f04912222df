/** How many requests of one client are answered at a time, and how many wait. */
export interface TurnstileLimits {
  readonly requests: number;
  readonly queue: number;
}

interface Lane {
  active: number;
  readonly waiting: (() => void)[];
}

/** Lets each client have so many requests at a time; some more wait in the order in which they came. */
export class Turnstile {
  readonly #limits: TurnstileLimits;
  readonly #lanes = new Map<string, Lane>();

  constructor(limits: TurnstileLimits) {
    this.#limits = limits;
  }

  /** Requests that are being answered. */
  get active(): number {
    return this.#lanes.values().reduce((sum, lane) => sum + lane.active, 0);
  }

  /** A turn that is free, without waiting. @returns what gives it back, once; undefined: there is none */
  tryEnter(client: string): (() => void) | undefined {
    const lane = this.#lanes.get(client) ?? { active: 0, waiting: [] };
    if (lane.active >= this.#limits.requests) return undefined;
    this.#lanes.set(client, lane);
    lane.active++;
    return this.#leave(client, lane);
  }

  /**
   * Waits for a turn.
   * @returns what gives it back, once; undefined: too many wait already, or the signal fired
   */
  async enter(client: string, signal: AbortSignal): Promise<(() => void) | undefined> {
    const free = this.tryEnter(client);
    if (free !== undefined) return free;
    const lane = this.#lanes.get(client)!;
    if (lane.waiting.length >= this.#limits.queue || signal.aborted) return undefined;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const turn = (): void => resolve(true);
    const giveUp = (): void => {
      const place = lane.waiting.indexOf(turn);
      if (place < 0) return;
      lane.waiting.splice(place, 1);
      resolve(false);
    };
    lane.waiting.push(turn);
    signal.addEventListener('abort', giveUp, { once: true });
    const admitted = await promise;
    signal.removeEventListener('abort', giveUp);
    return admitted ? this.#leave(client, lane) : undefined;
  }

  #leave(client: string, lane: Lane): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      // The turn goes on to whoever waits: the number of the active stays.
      const next = lane.waiting.shift();
      if (next !== undefined) return next();
      lane.active--;
      if (lane.active === 0) this.#lanes.delete(client);
    };
  }
}
