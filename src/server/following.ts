import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Scope } from '../config/service-options.ts';

/** An answer that goes on for as long as its client listens. */
export interface Followed {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What its request needed. */
  readonly scope: Scope;
  /** When the session ends that let it in: milliseconds since 1970. */
  readonly ends?: number;
}

/** The longest time that a timer of Node.js takes, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * The streams of a service. One ends with what let its client in, so that neither a token that was taken away nor a session that
 * is over reads on. Browsers come back by themselves, with the session that they have by then.
 */
export class Following {
  readonly #streams = new Set<Followed>();
  readonly #may: (stream: Followed) => boolean;
  readonly #now: () => number;

  /** @param may whether a stream goes on, as it is now */
  constructor(may: (stream: Followed) => boolean, now: () => number) {
    this.#may = may;
    this.#now = now;
  }

  /** Watches a stream until its answer is closed. */
  add(stream: Followed): void {
    const { response, ends } = stream;
    this.#streams.add(stream);
    const wait = ends === undefined ? undefined : Math.min(Math.max(0, ends - this.#now()) + 1, LONGEST_TIMER);
    const timer = wait === undefined ? undefined : setTimeout(() => this.#look(stream), wait).unref();
    response.once('close', () => {
      clearTimeout(timer);
      this.#streams.delete(stream);
    });
  }

  /** Ends those whose clients may not follow any more. */
  lookAgain(): void {
    for (const stream of this.#streams) this.#look(stream);
  }

  #look(stream: Followed): void {
    if (!this.#may(stream)) stream.response.destroy();
  }
}
