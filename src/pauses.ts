import { setImmediate } from 'node:timers/promises';
import { timedOut } from './context.ts';

/** Milliseconds that a step has from the time limit on, or from its own beginning: what was read is worth a report. */
const GRACE = 2000;

/** Lets other things happen during long loops: an interruption ends them, and so does, a little later, the time limit. */
export class Pauses {
  readonly #signal: AbortSignal;
  readonly #grace: number;
  #work = 0;
  #lateSince: number | undefined;

  /** @param grace milliseconds between the time limit and `isOver` */
  constructor(signal: AbortSignal, grace: number = GRACE) {
    this.#signal = signal;
    this.#grace = grace;
  }

  /** The time limit passed, and the time of grace with it. */
  get isOver(): boolean {
    return this.#lateSince !== undefined && performance.now() - this.#lateSince >= this.#grace;
  }

  /** Counts work, in steps of about 100 ns. True where a pause is due. */
  isDue(work: number): boolean {
    this.#work += work;
    return this.#work >= 100_000;
  }

  /** @throws the reason of the signal where the user or the system asked to stop */
  async take(): Promise<void> {
    this.#work = 0;
    await setImmediate();
    if (!this.#signal.aborted) return;
    if (!timedOut(this.#signal)) throw this.#signal.reason;
    this.#lateSince ??= performance.now();
  }
}
