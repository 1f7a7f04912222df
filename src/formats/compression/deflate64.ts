import { damaged, truncated } from './damage.ts';
import type { Consume, Decoder, DecoderContext } from './decoder.ts';
import type { Input } from './input.ts';
import type { Wait } from './wait.ts';
import { Dictionary } from './xz/dictionary.ts';

const WINDOW = 64 * 1024;
/** Bytes that are made before they are handed on; a match of Deflate64 has at most 64 KiB and a little. */
const STEP = 256 * 1024;
const LONGEST_MATCH = 3 + 0xffff;
/** Bytes of input that a symbol with its distance takes at the most, and those that stand in the bits. */
const SYMBOL_BYTES = 16;
const MOST_BITS = 15;
const END_OF_BLOCK = 256;

/** Order in which the lengths of the codes for lengths are written (RFC 1951, section 3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Lengths by symbol from 257 on, and extra bits: as of deflate, but for the last. */
const lengths: readonly (readonly [base: number, bits: number])[] = Array.from({ length: 29 }, (_, i) => {
  if (i === 28) return [3, 16];
  const bits = i < 8 ? 0 : (i >> 2) - 1;
  return [i < 8 ? 3 + i : 3 + ((4 + (i & 3)) << bits), bits];
});
/** The same of distances, of which there are two more than in deflate. */
const distances: readonly (readonly [base: number, bits: number])[] = Array.from({ length: 32 }, (_, i) => {
  const bits = i < 4 ? 0 : (i >> 1) - 1;
  return [i < 4 ? 1 + i : 1 + ((2 + (i & 1)) << bits), bits];
});

/** Codes by their lengths: how many there are of each, and their symbols in order. */
interface Codes {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/** One stream of Deflate64, deflate with a window of 64 KiB (PKWARE APPNOTE, section 5.5; RFC 1951 for all else). */
export const deflate64: Decoder = function* ({ input, consume }: DecoderContext) {
  const bits = new Bits(input);
  const dictionary = new Dictionary(WINDOW);
  try {
    for (let isLast = false; !isLast; ) {
      yield* bits.ready();
      isLast = bits.take(1) === 1;
      const type = bits.take(2);
      if (type === 0) yield* stored(bits, dictionary, consume);
      else if (type === 3) throw damaged('invalid block type');
      else yield* coded(bits, type === 1 ? fixedCodes() : yield* dynamicCodes(bits), dictionary, consume);
      yield 'pause';
    }
  } finally {
    dictionary.close();
  }
};

/** Bits of the input, the lowest of a byte first. */
class Bits {
  readonly input: Input;
  #held = 0;
  #count = 0;

  constructor(input: Input) {
    this.input = input;
  }

  /** Waits until a symbol surely is there, or nothing more comes. */
  *ready(): Generator<Wait, void, void> {
    if (this.input.length < SYMBOL_BYTES && !this.input.ended) yield* this.input.wait(SYMBOL_BYTES);
  }

  take(bits: number): number {
    while (this.#count < bits) {
      const { input } = this;
      if (input.start === input.end) throw truncated();
      this.#held |= (input.buffer[input.start++] as number) << this.#count;
      this.#count += 8;
    }
    const value = this.#held & ((1 << bits) - 1);
    this.#held >>>= bits;
    this.#count -= bits;
    return value;
  }

  /** The next symbol: codes of each length follow those of the one before. */
  symbol({ counts, symbols }: Codes): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= MOST_BITS; length++) {
      code |= this.take(1);
      const count = counts[length] as number;
      if (code - count < first) return symbols[index + code - first] as number;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw damaged('invalid code');
  }

  /** Goes on at the next whole byte: there never is one among the bits that are held. */
  align(): void {
    this.#held = 0;
    this.#count = 0;
  }
}

function* stored(bits: Bits, dictionary: Dictionary, consume: Consume): Generator<Wait, void, void> {
  bits.align();
  const { input } = bits;
  yield* input.need(4);
  let left = input.buffer.readUInt16LE(input.start);
  if (input.buffer.readUInt16LE(input.start + 2) !== (left ^ 0xffff)) throw damaged('invalid stored block lengths');
  input.start += 4;
  while (left > 0) {
    yield* input.need(1);
    const part = input.buffer.subarray(input.start, input.start + Math.min(left, input.length));
    dictionary.reserve(part.length);
    const before = dictionary.position;
    dictionary.append(part);
    consume(dictionary.since(before));
    input.start += part.length;
    left -= part.length;
  }
}

function* coded(
  bits: Bits,
  [literals, offsets]: readonly [Codes, Codes],
  dictionary: Dictionary,
  consume: Consume,
): Generator<Wait, void, void> {
  dictionary.reserve(STEP + LONGEST_MATCH);
  let before = dictionary.position;
  try {
    for (;;) {
      if (bits.input.length < SYMBOL_BYTES) yield* bits.ready();
      const symbol = bits.symbol(literals);
      if (symbol === END_OF_BLOCK) return;
      if (symbol < END_OF_BLOCK) {
        dictionary.bytes[dictionary.position++] = symbol;
      } else {
        const length = numberOf(lengths[symbol - 257], bits);
        const distance = numberOf(distances[bits.symbol(offsets)], bits);
        dictionary.copy(distance, length, dictionary.position + length);
      }
      if (dictionary.position - before < STEP) continue;
      const made = dictionary.since(before);
      before = dictionary.position;
      consume(made);
      dictionary.reserve(STEP + LONGEST_MATCH);
      before = dictionary.position;
      yield 'pause';
    }
  } finally {
    const made = dictionary.since(before);
    if (made.length > 0) consume(made);
  }
}

function numberOf(entry: readonly [base: number, bits: number] | undefined, bits: Bits): number {
  if (entry === undefined) throw damaged('invalid length or distance');
  return entry[0] + bits.take(entry[1]);
}

function* dynamicCodes(bits: Bits): Generator<Wait, readonly [Codes, Codes], void> {
  const literals = 257 + bits.take(5);
  const offsets = 1 + bits.take(5);
  const count = 4 + bits.take(4);
  const ofLengths = new Uint8Array(19);
  for (let i = 0; i < count; i++) {
    yield* bits.ready();
    ofLengths[ORDER[i] as number] = bits.take(3);
  }
  const codes = codesOf(ofLengths);
  const all = new Uint8Array(literals + offsets);
  for (let at = 0; at < all.length; ) {
    yield* bits.ready();
    const symbol = bits.symbol(codes);
    if (symbol < 16) {
      all[at++] = symbol;
      continue;
    }
    if (symbol === 16 && at === 0) throw damaged('invalid bit length repeat');
    const value = symbol === 16 ? (all[at - 1] as number) : 0;
    const times = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    if (at + times > all.length) throw damaged('invalid bit length repeat');
    all.fill(value, at, at + times);
    at += times;
  }
  return [codesOf(all.subarray(0, literals)), codesOf(all.subarray(literals))];
}

function fixedCodes(): readonly [Codes, Codes] {
  const all = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280);
  return [codesOf(all), codesOf(new Uint8Array(32).fill(5))];
}

/** @throws FormatError where there are more codes than their lengths allow */
function codesOf(all: Uint8Array): Codes {
  const counts = new Uint16Array(MOST_BITS + 1);
  for (const length of all) counts[length] = (counts[length] as number) + 1;
  counts[0] = 0;
  let left = 1;
  const starts = new Uint16Array(MOST_BITS + 2);
  for (let length = 1; length <= MOST_BITS; length++) {
    const count = counts[length] as number;
    left = 2 * left - count;
    if (left < 0) throw damaged('over-subscribed code');
    starts[length + 1] = (starts[length] as number) + count;
  }
  const symbols = new Uint16Array(all.length);
  for (const [symbol, length] of all.entries()) {
    if (length === 0) continue;
    const at = starts[length] as number;
    symbols[at] = symbol;
    starts[length] = at + 1;
  }
  return { counts, symbols };
}
