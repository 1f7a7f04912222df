/** Numbers that look random and come again with the same seed (splitmix32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A generator of its own for each of several things, whatever the others take. */
  static of(seed: number, ...parts: readonly (string | number)[]): Random {
    let state = seed >>> 0;
    for (const character of parts.join('\0')) {
      state = Math.imul(state ^ (character.codePointAt(0) as number), 0x01000193) >>> 0;
    }
    return new Random(state);
  }

  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** An integer from 0 up to and without `end`. */
  below(end: number): number {
    return end <= 0 ? 0 : Math.floor((this.next() / 2 ** 32) * end);
  }

  /** From 0 up to and without 1. */
  fraction(): number {
    return this.next() / 2 ** 32;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}
