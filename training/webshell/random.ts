import { createHash } from 'node:crypto';

/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from 0 up to `limit`, which is none of them. */
  below(limit: number): number;
  pick<T>(choices: readonly T[]): T;
}

/** Seeded by a text, so that what is drawn for one file does not depend on the others. The generator is mulberry32. */
export function randomOf(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readInt32LE(0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  return {
    below: (limit) => Math.floor((next() / 2 ** 32) * limit),
    pick: (choices) => choices[Math.floor((next() / 2 ** 32) * choices.length)]!,
  };
}
