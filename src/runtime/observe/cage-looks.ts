import { eitherSignal } from '../../signals.ts';
import type { Cage } from '../cage/open-cage.ts';
import { pause } from '../pause.ts';
import { EngineLooks, type EngineSight } from './engine-looks.ts';
import { type RunningProcesses, runningProcesses } from './running-processes.ts';

const EVERY = 1000;
const SHARE = 4;

/** What was seen of a cage without a tracer. */
export interface CageSight extends EngineSight {
  /** Its processes as this machine shows them; absent where a tracer tells them, or they are not of this machine. */
  readonly running: RunningProcesses | undefined;
}

/** Looks at a cage from its first moment on: what it uses, what happens to it, and, where nobody traces, who runs in it. */
export class CageLooks {
  readonly #cage: Cage;
  readonly #engine: EngineLooks;
  readonly #stopped = new AbortController();
  readonly #signal: AbortSignal;
  readonly #going: Promise<RunningProcesses | undefined>;

  constructor(cage: Cage, options: { readonly traced: boolean; readonly signal: AbortSignal }) {
    this.#cage = cage;
    this.#signal = eitherSignal([options.signal, this.#stopped.signal]);
    this.#going = options.traced ? Promise.resolve(undefined) : this.#watch();
    this.#engine = new EngineLooks(cage.engine, cage.container, {
      fromStart: true,
      processes: !options.traced,
      signal: options.signal,
    });
  }

  get container(): string {
    return this.#cage.container;
  }

  /** Never throws. */
  async stop(): Promise<CageSight> {
    const sight = await this.#engine.stop();
    this.#stopped.abort(new Error('nobody looks any more'));
    return { ...sight, running: await this.#going };
  }

  async #watch(): Promise<RunningProcesses | undefined> {
    let seen: RunningProcesses | undefined;
    try {
      const { pid } = await this.#cage.describe(this.#signal);
      seen = await runningProcesses(pid, this.#cage.container);
      while (seen !== undefined && !this.#signal.aborted) {
        const began = performance.now();
        await seen.look(this.#signal);
        await pause(Math.max(EVERY, (performance.now() - began) * SHARE), this.#signal);
      }
    } catch {
      // It has ended, or nobody looks any more: what was seen until then counts.
    }
    return seen;
  }
}
