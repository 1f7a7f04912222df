/** Work that is going on for somebody. */
interface Work {
  /** What exactly is asked for. */
  readonly order: string;
  readonly controller: AbortController;
  readonly outcome: Promise<void>;
  askers: number;
}

/**
 * Does the same thing once for all who ask for it at the same time. It ends early only when nobody waits for it any more.
 */
export class SharedWork {
  readonly #running: Map<string, Work> = new Map();

  /**
   * @param name what must not be done twice at once
   * @param order who asks for the same by another order waits until the work at hand ended, and then begins its own
   */
  async run(
    name: string,
    order: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const running = this.#running.get(name) ?? this.#begin(name, order, work);
      if (running.order === order) {
        await this.#join(name, running, signal);
        return;
      }
      // How it ends is for those to know who asked for it.
      await orAborted(
        running.outcome.catch(() => undefined),
        signal,
      );
    }
  }

  #begin(name: string, order: string, work: (signal: AbortSignal) => Promise<void>): Work {
    const controller = new AbortController();
    const outcome = work(controller.signal).finally(() => this.#end(name, made));
    // Whoever joined hears of it; nobody may be left.
    outcome.catch(() => undefined);
    const made: Work = { order, controller, outcome, askers: 0 };
    this.#running.set(name, made);
    return made;
  }

  #end(name: string, work: Work): void {
    if (this.#running.get(name) === work) this.#running.delete(name);
  }

  async #join(name: string, work: Work, signal: AbortSignal): Promise<void> {
    work.askers++;
    try {
      await orAborted(work.outcome, signal);
    } finally {
      work.askers--;
      if (work.askers === 0) {
        // Who comes now begins anew.
        this.#end(name, work);
        work.controller.abort(signal.reason ?? new DOMException('nobody waits for it', 'AbortError'));
      }
    }
  }
}

/** Waits for something, or no longer than the signal allows. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
