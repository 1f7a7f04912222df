import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type TestAnswer } from '../support/service.ts';
import type { ServeProcess } from './serve-process.ts';

/** A client that does not give up: it asks one service after the other until one answers. */
export class PatientClient {
  readonly #services: readonly ServeProcess[];
  readonly #until: () => number;
  #next = 0;
  /** Requests that had to be sent again. */
  repeats = 0;

  /** @param until when it gives up: milliseconds since 1970 */
  constructor(services: readonly ServeProcess[], until: () => number) {
    this.#services = services;
    this.#until = until;
  }

  /** @throws Error when nobody answered in time */
  async ask(
    method: string,
    target: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<TestAnswer> {
    let last = '';
    while (Date.now() < this.#until()) {
      const service = this.#services[this.#next++ % this.#services.length]!;
      try {
        const answer = await withPatience(
          ask(`${service.url}${target}`, {
            method,
            ...(body !== undefined && {
              body: JSON.stringify(body),
              headers: { 'content-type': 'application/json', ...headers },
            }),
          }),
        );
        // What passes: the database was away, the service stops, or a layer could not be fetched.
        if (answer.status < 500 && answer.status !== 429) return answer;
        last = `${answer.status} ${answer.body}`;
      } catch (error) {
        last = String(error);
      }
      this.repeats++;
      await sleep(200);
    }
    throw new Error(`${method} ${target}: nobody answered; at last: ${last}`);
  }
}

async function withPatience<T>(answer: Promise<T>): Promise<T> {
  const late = new AbortController();
  answer.catch(() => {});
  try {
    return await Promise.race([
      answer,
      sleep(60_000, undefined, { signal: late.signal }).then(() => {
        throw new Error('no answer within a minute');
      }),
    ]);
  } finally {
    late.abort();
  }
}
