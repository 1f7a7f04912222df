import { damaged, truncated } from '../damage.ts';
import type { BitReader } from './bit-reader.ts';
import { FAST_BITS, type HuffmanCode, MAX_LENGTH, readCode } from './huffman.ts';

/** Symbols that one Huffman code serves before the next is selected. */
const GROUP = 50;
/** Selectors that a block of 900,000 symbols can use; any more are read and ignored. */
const MAX_SELECTORS = 18_002;

/** What a block is made of before its bytes are put back in order. */
export interface Transformed {
  /** Bytes of the block. */
  readonly length: number;
  /** How often each byte occurs. */
  readonly counts: Int32Array;
}

/**
 * Reads the symbols of a block and undoes the zero-run and move-to-front coding. The bytes go to the low 8 bits of
 * `target`, which is as long as a block may be.
 */
export function readSymbols(reader: BitReader, target: Uint32Array): Transformed {
  const front = readAlphabet(reader);
  const { selectors, codes } = readCodes(reader, front.length + 2);
  const { bytes, end: inputEnd } = reader;
  const endOfBlock = front.length + 1;
  const capacity = target.length;
  const counts = new Int32Array(256);
  let { at, held, count } = reader;
  // Behind the end zeros are read: whatever is wrong there, the end is what is wrong.
  const fault = (detail: string): Error => (8 * at - count > 8 * inputEnd ? truncated() : damaged(detail));
  let length = 0;
  let group = 0;
  let left = 0;
  let code = codes[0] as HuffmanCode;
  let run = 0;
  let weight = 1;
  for (;;) {
    if (left === 0) {
      const selector = selectors[group++];
      if (selector === undefined) throw fault('more symbols than selectors');
      code = codes[selector] as HuffmanCode;
      left = GROUP;
    }
    left -= 1;
    // At most 27 bits are held.
    while (count < MAX_LENGTH) {
      held = (held << 8) | (at < inputEnd ? (bytes[at] as number) : 0);
      at += 1;
      count += 8;
    }
    const entry = code.fast[(held >>> (count - FAST_BITS)) & ((1 << FAST_BITS) - 1)] as number;
    let symbol = entry >>> 5;
    if (entry !== 0) {
      count -= entry & 31;
    } else {
      const next = (held >>> (count - MAX_LENGTH)) & ((1 << MAX_LENGTH) - 1);
      let bits = FAST_BITS + 1;
      while (bits <= MAX_LENGTH && next >= (code.limit[bits] as number)) bits++;
      if (bits > MAX_LENGTH) throw at > inputEnd ? truncated() : damaged('a code without a symbol');
      symbol = code.symbols[(next >>> (MAX_LENGTH - bits)) + (code.base[bits] as number)] as number;
      count -= bits;
    }
    if (symbol <= 1) {
      // The length of a run of the front byte, in digits of 1 and 2.
      run += weight << symbol;
      weight <<= 1;
      if (run > capacity) throw fault('a block longer than it says');
      continue;
    }
    if (run > 0) {
      if (length + run > capacity) throw fault('a block longer than it says');
      const byte = front[0] as number;
      counts[byte] = (counts[byte] as number) + run;
      target.fill(byte, length, length + run);
      length += run;
      run = 0;
      weight = 1;
    }
    if (symbol === endOfBlock) break;
    if (length >= capacity) throw fault('a block longer than it says');
    let place = symbol - 1;
    const byte = front[place] as number;
    for (; place > 0; place--) front[place] = front[place - 1] as number;
    front[0] = byte;
    counts[byte] = (counts[byte] as number) + 1;
    target[length++] = byte;
  }
  // Whole bytes that were looked at and not used are given back.
  at -= count >>> 3;
  count &= 7;
  if (at > inputEnd) throw truncated();
  reader.at = at;
  reader.held = held;
  reader.count = count;
  return { length, counts };
}

/** The bytes that occur, in order: two levels of 16 bits. */
function readAlphabet(reader: BitReader): Uint8Array {
  const rows = reader.bits(16);
  const alphabet: number[] = [];
  for (let row = 0; row < 16; row++) {
    if (((rows >> (15 - row)) & 1) === 0) continue;
    const columns = reader.bits(16);
    for (let column = 0; column < 16; column++) {
      if (((columns >> (15 - column)) & 1) === 1) alphabet.push(row * 16 + column);
    }
  }
  if (alphabet.length === 0) throw damaged('a block without bytes');
  return Uint8Array.from(alphabet);
}

function readCodes(
  reader: BitReader,
  symbols: number,
): { readonly selectors: Uint8Array; readonly codes: readonly HuffmanCode[] } {
  const count = reader.bits(3);
  const selectorCount = reader.bits(15);
  if (count < 2 || count > 6 || selectorCount === 0) throw damaged('number of codes');
  const selectors = new Uint8Array(Math.min(selectorCount, MAX_SELECTORS));
  const front = [0, 1, 2, 3, 4, 5];
  for (let at = 0; at < selectorCount; at++) {
    let place = 0;
    while (reader.bits(1) === 1) if (++place >= count) throw damaged('selector');
    const selector = front[place] as number;
    front.splice(place, 1);
    front.unshift(selector);
    if (at < selectors.length) selectors[at] = selector;
  }
  const codes: HuffmanCode[] = [];
  for (let code = 0; code < count; code++) codes.push(readCode(reader, symbols));
  return { selectors, codes };
}
