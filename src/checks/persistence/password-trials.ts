import type { PasswordHash } from '../../formats/crypt/verify-password.ts';
import { commonPasswords } from './passwords.ts';

/** What came of the words that were tried on a hash. */
export interface PasswordTrial {
  /** One of them is the password. */
  readonly isGuessed: boolean;
  /** Not all of them were tried, and none of those that were is it. */
  readonly isUntried: boolean;
}

interface Asked {
  readonly hash: PasswordHash;
  readonly words: readonly string[];
  readonly isRoot: boolean;
  isGuessed: boolean;
  isUntried: boolean;
}

/** Microseconds that words are tried for in one layer. All words on one hash as Debian makes them take one second. */
const MOST_WORK = 4_000_000;

/**
 * Tries common words on the hashes of one layer, for so long. The first word is tried on all hashes before the second on
 * any, and on those of root first: so many hashes cannot hide one.
 */
export class PasswordTrials {
  #asked: Asked[] = [];
  #work = 0;
  #untried = 0;

  /** Hashes so far on which not all words were tried, since that would take too long. */
  get untried(): number {
    return this.#untried;
  }

  /** Puts a hash on the list. The answer holds once `run` was called. */
  ask(hash: PasswordHash, name: string): PasswordTrial {
    const words = [...new Set([name, ...commonPasswords, ''])];
    const asked = { hash, words, isRoot: name === 'root', isGuessed: false, isUntried: hash.verify === undefined };
    if (!asked.isUntried) this.#asked.push(asked);
    return asked;
  }

  /** Tries what is on the list, which is empty afterwards. */
  run(): void {
    let open = this.#asked.toSorted((a, b) => Number(b.isRoot) - Number(a.isRoot));
    this.#asked = [];
    for (let index = 0; open.length > 0; index++) {
      open = open.filter((asked) => {
        const word = asked.words[index];
        if (word === undefined) return false;
        const { work = Number.POSITIVE_INFINITY } = asked.hash;
        if (this.#work + work > MOST_WORK) {
          asked.isUntried = true;
          this.#untried++;
          return false;
        }
        this.#work += work;
        asked.isGuessed = asked.hash.verify?.(word) === true;
        return !asked.isGuessed;
      });
    }
  }
}
