import { inspect } from 'node:util';

/** Stands for what must not be seen in a log, an answer or a dump. */
export const HIDDEN = '***';

/**
 * A password, token or key. Whatever turns it into text, JSON or a dump gets `***`; only `reveal` gives it out, to whoever
 * has to send it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
