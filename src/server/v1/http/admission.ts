/**
 * Counts requests that are worked on, also after they were answered with a timeout, of each client and of all; a client
 * that has too many is sent away.
 */
export class Admission {
  #all = 0;
  readonly #clients = new Map<string, number>();
  readonly #limit: { readonly client: number; readonly all: number };

  constructor(limit: { readonly client: number; readonly all: number }) {
    this.#limit = limit;
  }

  /** @returns what gives the place back, once; undefined: there is none */
  enter(client: string): (() => void) | undefined {
    const own = this.#clients.get(client) ?? 0;
    if (own >= this.#limit.client || this.#all >= this.#limit.all) return undefined;
    this.#clients.set(client, own + 1);
    this.#all += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#all -= 1;
      const rest = (this.#clients.get(client) ?? 1) - 1;
      if (rest === 0) this.#clients.delete(client);
      else this.#clients.set(client, rest);
    };
  }
}
