import { setImmediate } from 'node:timers/promises';
import type { Steps } from '../formats/compression/wait.ts';

/** Milliseconds of work after which timers, signals and Ctrl-C get their turn. */
const BREATH = 20;

/** Runs work in steps. What takes a moment is done at once; what takes longer lets other things happen meanwhile. */
export class Breath {
  readonly #signal: AbortSignal | undefined;
  /** Milliseconds of work since the last pause. */
  #worked = 0;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** @returns a promise where the work is not done yet; it fails with the reason of the signal */
  run(steps: Steps): void | Promise<void> {
    const start = performance.now();
    const before = this.#worked;
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) {
        this.#worked = before + performance.now() - start;
        return undefined;
      }
      if (value !== 'pause' || before + performance.now() - start > BREATH) return this.#finish(steps, value);
    }
  }

  async #finish(steps: Steps, wait: 'pause' | Promise<void>): Promise<void> {
    let next = wait;
    try {
      for (;;) {
        await (next === 'pause' ? setImmediate() : next);
        this.#signal?.throwIfAborted();
        const start = performance.now();
        do {
          const { done, value } = steps.next();
          this.#worked = performance.now() - start;
          if (done === true) return;
          next = value;
        } while (next === 'pause' && this.#worked <= BREATH);
      }
    } finally {
      steps.return();
    }
  }
}
