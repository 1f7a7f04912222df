import type { Cage } from '../cage/open-cage.ts';
import { CageLooks, type CageSight } from './cage-looks.ts';
import type { Tracing } from './tracing.ts';

/** Looks at the cage that is there now: each try to bring an image up has one of its own. */
export class LooksAtCages {
  readonly #tracing: Tracing | { readonly reason: string };
  readonly #signal: AbortSignal;
  #looks: CageLooks | undefined;

  constructor(tracing: Tracing | { readonly reason: string }, signal: AbortSignal) {
    this.#tracing = tracing;
    this.#signal = signal;
  }

  /** It is this one from now on. */
  async at(cage: Cage): Promise<void> {
    if (this.#looks?.container === cage.container) return;
    await this.stop();
    const traced = 'instrument' in this.#tracing && this.#tracing.refusal === undefined;
    this.#looks = new CageLooks(cage, { traced, signal: this.#signal });
  }

  /** What was seen of the last one; undefined where there was none, or it was told already. Never throws. */
  async stop(): Promise<CageSight | undefined> {
    const looks = this.#looks;
    this.#looks = undefined;
    return await looks?.stop();
  }
}
