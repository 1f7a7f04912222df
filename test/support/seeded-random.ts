/** Random things that are the same each time for a seed. */
export interface SeededRandom {
  /** A whole number from 0, below `limit`. */
  below(limit: number): number;
  bytes(length: number): Buffer;
  /** `length` characters of `alphabet`. */
  of(alphabet: string, length: number): string;
  pick<T>(from: readonly T[]): T;
}

export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  // mulberry32: small, and its low bits are as good as its high ones.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (limit: number) => next() % limit;
  return {
    below,
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
    of: (alphabet, length) => Array.from({ length }, () => alphabet[below(alphabet.length)]).join(''),
    pick: (from) => from[below(from.length)]!,
  };
}

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const digits = '0123456789';

export const alphabets = {
  digits,
  hex: `${digits}abcdef`,
  lowerDigits: lower + digits,
  upperDigits: upper + digits,
  base32: `${upper}234567`,
  letters: lower + upper,
  base58: '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
  base62: digits + upper + lower,
  base64: `${upper}${lower}${digits}+/`,
  base64url: `${upper}${lower}${digits}-_`,
} as const;
