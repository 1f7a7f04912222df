import { damaged } from '../damage.ts';
import type { BitReader } from './bit-reader.ts';

export const MAX_LENGTH = 20;
/** Codes up to this length, which nearly all are, are found by one look-up. */
export const FAST_BITS = 10;

/** A canonical Huffman code. */
export interface HuffmanCode {
  /** By the next `FAST_BITS` bits: `symbol << 5 | length`, or 0 where the code is longer. */
  readonly fast: Uint16Array;
  /** By length: the first code that is longer, left-aligned to `MAX_LENGTH` bits. */
  readonly limit: Int32Array;
  /** By length: what to add to a code of that length for its place in `symbols`. */
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

export function makeCode(lengths: Uint8Array): HuffmanCode {
  const counts = new Int32Array(MAX_LENGTH + 2);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  const limit = new Int32Array(MAX_LENGTH + 1);
  const base = new Int32Array(MAX_LENGTH + 1);
  const places = new Int32Array(MAX_LENGTH + 2);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= MAX_LENGTH; length++) {
    places[length] = place;
    base[length] = place - code;
    code += counts[length] as number;
    place += counts[length] as number;
    limit[length] = Math.min(code << (MAX_LENGTH - length), 1 << MAX_LENGTH);
    code <<= 1;
  }
  const fast = new Uint16Array(1 << FAST_BITS);
  for (let length = 1; length <= MAX_LENGTH; length++) {
    for (const [symbol, own] of lengths.entries()) {
      if (own !== length) continue;
      const at = places[length] as number;
      places[length] = at + 1;
      symbols[at] = symbol;
      if (length > FAST_BITS) continue;
      const first = (at - (base[length] as number)) << (FAST_BITS - length);
      fast.fill((symbol << 5) | length, first, first + (1 << (FAST_BITS - length)));
    }
  }
  return { fast, limit, base, symbols };
}

/** Reads the lengths of the codes of `symbols` symbols: each as the difference from the one before. */
export function readCode(reader: BitReader, symbols: number): HuffmanCode {
  const lengths = new Uint8Array(symbols);
  let length = reader.bits(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > MAX_LENGTH) throw damaged('length of a code');
      if (reader.bits(1) === 0) break;
      length += reader.bits(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return makeCode(lengths);
}
