import type { Tokens } from './tokens.ts';

/** Tokens of a window, and how far the next one begins behind it. */
export const windowTokens = 600;
export const windowStep = 300;

/** A 32-bit number of one token; a bucket is its upper bits. The mixing is that of MurmurHash3, which is public domain. */
export function oneGram(hash: number): number {
  return mixed(hash ^ 0x2c1b3c6d);
}

/** A 32-bit number of two tokens in a row. */
export function twoGram(first: number, second: number): number {
  return mixed(Math.imul(first, 0x9e3779b1) ^ (second + 0x297a2d39));
}

/** A 32-bit number of three tokens in a row. */
export function threeGram(first: number, second: number, third: number): number {
  return mixed(Math.imul(Math.imul(first, 0x9e3779b1) ^ (second + 0x7ed55d16), 0x85ebca77) ^ third);
}

function mixed(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Hands on the numbers of all 1-, 2- and 3-grams of tokens from `from` up to `to`, none of which reaches beyond them.
 * The bucket among 2^n is `gram >>> (32 - n)`.
 *
 * @param sink gets the 32-bit number, the first token and how many tokens
 */
export function tokenHashes(
  tokens: Tokens,
  from: number,
  to: number,
  sink: (gram: number, token: number, length: number) => void,
): void {
  const { hashes } = tokens;
  for (let i = from; i < to; i++) {
    const hash = hashes[i]!;
    sink(oneGram(hash), i, 1);
    if (i + 1 < to) sink(twoGram(hash, hashes[i + 1]!), i, 2);
    if (i + 2 < to) sink(threeGram(hash, hashes[i + 1]!, hashes[i + 2]!), i, 3);
  }
}

/** The windows of a text of `count` tokens: 600 tokens each, every 300; none where one would hold them all. */
export function tokenWindows(count: number): { readonly from: number; readonly to: number }[] {
  if (count <= windowTokens) return [];
  const windows = [];
  for (let from = 0; ; from += windowStep) {
    const to = Math.min(from + windowTokens, count);
    windows.push({ from, to });
    if (to === count) return windows;
  }
}
