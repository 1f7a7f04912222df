/** Bits of a deflate stream, taken from the lowest of each byte on. */
export interface BitInput {
  readonly bytes: Uint8Array;
  /** The next byte. */
  at: number;
  /** Bits that were read and not taken, and how many. */
  bits: number;
  held: number;
}

/** A canonical Huffman code: how many symbols there are of each length, and the symbols in order. */
export interface HuffmanCode {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

const LONGEST = 15;

/** The next `count` bits, at most 13; -1 where there are no more. */
export function takeBits(input: BitInput, count: number): number {
  while (input.held < count) {
    if (input.at >= input.bytes.length) return -1;
    input.bits |= input.bytes[input.at++]! << input.held;
    input.held += 8;
  }
  const value = input.bits & ((1 << count) - 1);
  input.bits >>>= count;
  input.held -= count;
  return value;
}

/**
 * The code whose symbols have the lengths from `from` on (RFC 1951, 3.2.2). Undefined where there are more symbols of a
 * length than fit; a code with too few is one, as zlib takes it for distances.
 */
export function buildCode(lengths: Uint8Array, from: number, count: number): HuffmanCode | undefined {
  const counts = new Uint16Array(LONGEST + 1);
  for (let i = 0; i < count; i++) counts[lengths[from + i]!]!++;
  counts[0] = 0;
  let left = 1;
  const offsets = new Uint16Array(LONGEST + 2);
  for (let length = 1; length <= LONGEST; length++) {
    left = 2 * left - counts[length]!;
    if (left < 0) return undefined;
    offsets[length + 1] = offsets[length]! + counts[length]!;
  }
  const symbols = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    const length = lengths[from + i]!;
    if (length > 0) symbols[offsets[length]!++] = i;
  }
  return { counts, symbols };
}

/** The next symbol; -1 where there are no more bits, or none has this code. */
export function decodeSymbol(input: BitInput, { counts, symbols }: HuffmanCode): number {
  let code = 0;
  let first = 0;
  let index = 0;
  let { bits, held, at } = input;
  const { bytes } = input;
  for (let length = 1; length <= LONGEST; length++) {
    if (held === 0) {
      if (at >= bytes.length) return -1;
      bits = bytes[at++]!;
      held = 8;
    }
    code |= bits & 1;
    bits >>>= 1;
    held--;
    const count = counts[length]!;
    if (code - count < first) {
      input.bits = bits;
      input.held = held;
      input.at = at;
      return symbols[index + code - first]!;
    }
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  return -1;
}
