import { createHash } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Different wrong tokens that one address may send in a window, and the milliseconds of that. */
const MOST_GUESSES = 10;
const WINDOW = 60_000;

/** Addresses that are remembered; beyond them the oldest is forgotten. */
const MOST_ADDRESSES = 10_000;

/** Characters of a digest by which a wrong token is known again: 96 bits. */
const MARK = 16;

/** What is said of a wrong token once there were too many. */
export const tooManyWrongTokens = 'The token is not known, and too many others came from this address. Wait a minute.';

/** What is known of a wrong token. */
export interface WrongToken {
  readonly wait: number;
  readonly isNew: boolean;
}

interface Guesses {
  readonly since: number;
  /** What was sent is not kept: it may be a right token of something else. */
  readonly marks: Set<string>;
}

/**
 * Wrong tokens by the address that sent them, whichever way they came: in a header, as a password, by signing in. Whoever sends the
 * same one again guesses nothing (a program whose token was removed); whoever sends many is told to wait. A right token is never
 * kept out, since all people behind one proxy have its address: what keeps tokens from being guessed is how long they are.
 */
export class WrongTokens {
  readonly #guesses = new Map<string, Guesses>();
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /**
   * A token is wrong.
   * @param address its network, as `networkOf` tells it
   * @returns `wait`: milliseconds after which another one may be tried, 0: now; `isNew`: it was not sent before in this window
   */
  count(address: string, token: string): WrongToken {
    const now = this.#clock.now();
    const { since, marks } = this.#of(address, now);
    const mark = createHash('sha256').update(token).digest('base64url').slice(0, MARK);
    if (marks.has(mark)) return { wait: 0, isNew: false };
    if (marks.size >= MOST_GUESSES) return { wait: since + WINDOW - now, isNew: true };
    marks.add(mark);
    return { wait: 0, isNew: true };
  }

  #of(address: string, now: number): Guesses {
    const known = this.#guesses.get(address);
    // A clock that was set back would make it wait for longer than a window.
    if (known !== undefined && now >= known.since && now < known.since + WINDOW) return known;
    this.#guesses.delete(address);
    const oldest = this.#guesses.keys().next();
    if (this.#guesses.size >= MOST_ADDRESSES && oldest.done !== true) this.#guesses.delete(oldest.value);
    const guesses = { since: now, marks: new Set<string>() };
    this.#guesses.set(address, guesses);
    return guesses;
  }
}
