/** Where each word of a block stands that is kept in the order of diagonals, as yescrypt keeps them. */
export const SHUFFLE: readonly number[] = Array.from({ length: 16 }, (_, word) => (5 * word) % 16);

/** Words that are changed, and the two that change them, by 7, 9, 13 and 18 bits in turn: columns, then rows. */
const quarters: readonly (readonly [number, number, number, number])[] = [
  [4, 0, 12, 8],
  [9, 5, 1, 13],
  [14, 10, 6, 2],
  [3, 15, 11, 7],
  [1, 0, 3, 2],
  [6, 5, 4, 7],
  [11, 10, 9, 8],
  [12, 15, 14, 13],
];

/**
 * The rounds of Salsa20 alone, in place, on 16 words in the order of its specification.
 *
 * Source: Daniel J. Bernstein, "The Salsa20 family of stream ciphers" (2007).
 * @param rounds an even number
 */
export function salsaRounds(x: Int32Array, rounds: number): void {
  for (let round = 0; round < rounds; round += 2) {
    for (const [a, b, c, d] of quarters) {
      x[a]! ^= rotate(x[b]! + x[c]!, 7);
      x[d]! ^= rotate(x[a]! + x[b]!, 9);
      x[c]! ^= rotate(x[d]! + x[a]!, 13);
      x[b]! ^= rotate(x[c]! + x[d]!, 18);
    }
  }
}

/**
 * Salsa20 on a block of 16 words that stand in the order of diagonals.
 * @param rounds an even number
 */
export function mixSalsa(block: Uint32Array, rounds: number): void {
  const x = new Int32Array(16);
  for (let word = 0; word < 16; word++) x[SHUFFLE[word]!] = block[word]!;
  salsaRounds(x, rounds);
  for (let word = 0; word < 16; word++) block[word]! += x[SHUFFLE[word]!]!;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
