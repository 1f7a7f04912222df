import { damaged, truncated } from './damage.ts';

/**
 * Decompresses one block of LZ4 (lz4_Block_format.md of the LZ4 project): sequences of literals and of a copy of what
 * was made before.
 * @param most bytes that it may make
 * @throws FormatError where it is damaged, ends early, or makes more
 */
export function lz4Block(input: Uint8Array, most: number): Buffer {
  const output = Buffer.allocUnsafe(most);
  let at = 0;
  let made = 0;
  const length = (nibble: number): number => {
    let total = nibble;
    if (nibble !== 15) return total;
    for (;;) {
      const byte = input[at++];
      if (byte === undefined) throw truncated();
      total += byte;
      if (byte !== 255) return total;
    }
  };
  while (at < input.length) {
    const token = input[at++] as number;
    const literals = length(token >> 4);
    if (at + literals > input.length) throw truncated();
    if (made + literals > most) throw damaged('an LZ4 block that makes too much');
    output.set(input.subarray(at, at + literals), made);
    at += literals;
    made += literals;
    // The last sequence has no copy.
    if (at === input.length) break;
    if (at + 2 > input.length) throw truncated();
    const distance = (input[at] as number) | ((input[at + 1] as number) << 8);
    at += 2;
    const copy = length(token & 15) + 4;
    if (distance === 0 || distance > made) throw damaged('a distance in an LZ4 block');
    if (made + copy > most) throw damaged('an LZ4 block that makes too much');
    // What is copied may overlap what it makes.
    for (let from = made - distance, end = made + copy; made < end; ) {
      const piece = Math.min(made - from, end - made);
      output.copyWithin(made, from, from + piece);
      made += piece;
    }
  }
  return output.subarray(0, made);
}
