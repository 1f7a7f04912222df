import type { Cage } from '../cage/open-cage.ts';
import type { Run } from '../cage/run.ts';
import { type Inside, openInside } from '../inside/open-inside.ts';

/** The way into the cage that is looked at, opened when it is first wanted. */
export class Insides {
  readonly #run: Run;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #signal: AbortSignal;
  readonly #injected: readonly string[] | undefined;
  #cage: string | undefined;
  #inside: Promise<Inside | undefined> | undefined;
  #failure: string | undefined;

  /** @param injected words that start a relay in the cages themselves, where they are made so */
  constructor(
    run: Run,
    environment: Readonly<Record<string, string | undefined>>,
    signal: AbortSignal,
    injected?: readonly string[],
  ) {
    this.#injected = injected;
    this.#run = run;
    this.#environment = environment;
    this.#signal = signal;
  }

  /** Why there is no way in; undefined where there is one, or nobody has tried. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Undefined while there is none: it has ended, perhaps. The next look tries again. */
  async of(cage: Cage): Promise<Inside | undefined> {
    if (this.#cage !== cage.container) {
      await this.close();
      this.#cage = cage.container;
      this.#inside = openInside(this.#run, {
        container: cage.container,
        environment: this.#environment,
        signal: this.#signal,
        ownNetwork: true,
        ...(this.#injected && { injected: this.#injected }),
      }).then(
        (inside) => {
          this.#failure = undefined;
          return inside;
        },
        (error: unknown) => {
          this.#cage = undefined;
          this.#failure = error instanceof Error ? error.message : String(error);
          return undefined;
        },
      );
    }
    return await this.#inside;
  }

  /** What listens in a cage, one text each; undefined where nobody can tell. */
  async listening(cage: Cage, signal: AbortSignal): Promise<readonly string[] | undefined> {
    const listing = await (await this.of(cage))?.sockets(signal);
    return listing?.sockets.map(({ protocol, address, port }) => `${protocol} ${address}:${port}`);
  }

  async close(): Promise<void> {
    const inside = await this.#inside;
    this.#inside = undefined;
    this.#cage = undefined;
    await inside?.close();
  }
}
