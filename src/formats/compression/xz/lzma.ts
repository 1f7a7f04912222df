import { damaged } from '../damage.ts';
import type { Input } from '../input.ts';
import type { Dictionary } from './dictionary.ts';

/** Probabilities have 11 bits, and move by a 32nd of what is left. */
const HALF = 1 << 10;
const MIN_MATCH = 2;
const POS_STATES = 16;
const STATES = 12;

/** Places of the probabilities in one array. */
const IS_MATCH = 0;
const IS_REP = IS_MATCH + STATES * POS_STATES;
const IS_REP0 = IS_REP + STATES;
const IS_REP1 = IS_REP0 + STATES;
const IS_REP2 = IS_REP1 + STATES;
const IS_REP0_LONG = IS_REP2 + STATES;
const DISTANCE_SLOT = IS_REP0_LONG + STATES * POS_STATES;
const DISTANCE_SPECIAL = DISTANCE_SLOT + 4 * 64;
const DISTANCE_ALIGN = DISTANCE_SPECIAL + 128;
const MATCH_LENGTH = DISTANCE_ALIGN + 16;
/** Within a length coder: choice, second choice, 16 low trees of 8, 16 middle trees of 8, a high tree of 256. */
const LENGTH_LOW = 2;
const LENGTH_MIDDLE = LENGTH_LOW + POS_STATES * 8;
const LENGTH_HIGH = LENGTH_MIDDLE + POS_STATES * 8;
const REP_LENGTH = MATCH_LENGTH + LENGTH_HIGH + 256;
const LITERAL = REP_LENGTH + LENGTH_HIGH + 256;
/** lc + lp is at most so much in LZMA2. */
const LITERAL_BITS = 4;
/** Bytes of input that a symbol takes at the most. */
const SYMBOL_BYTES = 20;
/** Bytes that a symbol makes at the most. */
export const LONGEST_MATCH = 273;
/** The distance that stands for the end of a stream. */
const END_MARKER = 0xffffffff;

/**
 * The symbols of LZMA as LZMA2 uses it: in chunks that are in memory as a whole, each with a range coder of its own
 * (Igor Pavlov's LZMA specification). State and probabilities stay from chunk to chunk until they are reset. One stream
 * without chunks, as LZMA itself is, goes through `begin` and `run`.
 */
export class Lzma {
  readonly #literalBits: number;
  readonly #probabilities: Uint16Array;
  #literalContext = 3;
  #literalPositionMask = 0;
  #positionMask = 3;
  #state = 0;
  #rep0 = 0;
  #rep1 = 0;
  #rep2 = 0;
  #rep3 = 0;
  #input: Uint8Array = new Uint8Array(0);
  #at = 0;
  #range = 0;
  #code = 0;
  #mayEnd: boolean = false;
  #isEnded: boolean = false;

  /** @param literalBits the most that lc and lp may be together */
  constructor(literalBits: number = LITERAL_BITS) {
    this.#literalBits = literalBits;
    this.#probabilities = new Uint16Array(LITERAL + (0x300 << literalBits));
  }

  /** The end marker was met by `run`. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** @throws FormatError for properties that are not allowed */
  setProperties(byte: number): void {
    const literalContext = byte % 9;
    const literalPosition = Math.floor(byte / 9) % 5;
    const position = Math.floor(byte / 45);
    if (position > 4 || literalContext + literalPosition > this.#literalBits) throw damaged('LZMA properties');
    this.#literalContext = literalContext;
    this.#literalPositionMask = (1 << literalPosition) - 1;
    this.#positionMask = (1 << position) - 1;
    this.reset();
  }

  reset(): void {
    this.#probabilities.fill(HALF);
    this.#state = 0;
    this.#rep0 = 0;
    this.#rep1 = 0;
    this.#rep2 = 0;
    this.#rep3 = 0;
  }

  /**
   * Decodes a chunk, `input` from `start` to `end`, into `size` bytes of the dictionary.
   * @throws FormatError where they do not fit each other; what was decoded before stands in the dictionary
   */
  decode(input: Uint8Array, start: number, end: number, dictionary: Dictionary, size: number): void {
    if (end - start < 5) throw damaged('LZMA chunk');
    this.begin(input, start);
    const limit = dictionary.position + size;
    while (dictionary.position < limit) {
      const before = dictionary.position;
      const positionState = (before + dictionary.moved) & this.#positionMask;
      if (this.#bit(IS_MATCH + this.#state * POS_STATES + positionState) === 0) this.#literal(dictionary);
      else this.#match(dictionary, positionState, limit);
      if (this.#at > end) {
        // What came of bytes behind the end is no part of it.
        dictionary.position = before;
        throw damaged('LZMA chunk');
      }
    }
    this.#normalize();
    if (this.#at !== end || this.#code !== 0) throw damaged('LZMA chunk');
  }

  /**
   * Takes the five bytes that a range coder begins with. @throws FormatError for other ones
   * @returns where the symbols begin
   */
  begin(input: Uint8Array, start: number): number {
    if (input[start] !== 0) throw damaged('LZMA chunk');
    this.#input = input;
    this.#range = -1;
    this.#code =
      ((input[start + 1] as number) << 24) |
      ((input[start + 2] as number) << 16) |
      ((input[start + 3] as number) << 8) |
      (input[start + 4] as number);
    this.#at = start + 5;
    this.#mayEnd = false;
    this.#isEnded = false;
    return this.#at;
  }

  /**
   * Decodes symbols of a stream that `begin` began, as long as what each may take surely is there; at the end of the input,
   * where nothing more will come, as long as anything is.
   * @param size bytes that are still to be made
   * @param step after so many it is enough; there is room in the dictionary for these, and for a match beyond them
   * @returns where the next symbol begins: behind `end` where the last one is cut, and was not taken
   * @throws FormatError for damaged data; what was decoded before stands in the dictionary
   */
  run(
    { buffer, start, end, ended }: Pick<Input, 'buffer' | 'start' | 'end' | 'ended'>,
    dictionary: Dictionary,
    size: number,
    step: number,
  ): number {
    this.#input = buffer;
    this.#at = start;
    this.#mayEnd = true;
    const last = dictionary.position + Math.min(size, step);
    const limit = dictionary.position + Math.min(size, step + LONGEST_MATCH);
    const stop = ended ? end : end - SYMBOL_BYTES;
    while (dictionary.position < last && this.#at <= stop && !this.#isEnded) {
      const before = dictionary.position;
      const positionState = (before + dictionary.moved) & this.#positionMask;
      if (this.#bit(IS_MATCH + this.#state * POS_STATES + positionState) === 0) this.#literal(dictionary);
      else this.#match(dictionary, positionState, limit);
      if (this.#at > end) dictionary.position = before;
    }
    return this.#at;
  }

  #match(dictionary: Dictionary, positionState: number, limit: number): void {
    const state = this.#state;
    let length: number;
    if (this.#bit(IS_REP + state) === 0) {
      this.#rep3 = this.#rep2;
      this.#rep2 = this.#rep1;
      this.#rep1 = this.#rep0;
      length = this.#length(MATCH_LENGTH, positionState);
      this.#rep0 = this.#distance(Math.min(length, 3));
      this.#state = state < 7 ? 7 : 10;
      if (this.#rep0 === END_MARKER && this.#mayEnd) {
        this.#isEnded = true;
        return;
      }
    } else {
      if (this.#bit(IS_REP0 + state) === 0) {
        if (this.#bit(IS_REP0_LONG + state * POS_STATES + positionState) === 0) {
          this.#state = state < 7 ? 9 : 11;
          dictionary.copy(this.#rep0 + 1, 1, limit);
          return;
        }
      } else {
        this.#recall(state);
      }
      length = this.#length(REP_LENGTH, positionState);
      this.#state = state < 7 ? 8 : 11;
    }
    dictionary.copy(this.#rep0 + 1, length + MIN_MATCH, limit);
  }

  /** Moves one of the older distances to the front. */
  #recall(state: number): void {
    let distance = this.#rep1;
    if (this.#bit(IS_REP1 + state) === 1) {
      if (this.#bit(IS_REP2 + state) === 0) {
        distance = this.#rep2;
      } else {
        distance = this.#rep3;
        this.#rep3 = this.#rep2;
      }
      this.#rep2 = this.#rep1;
    }
    this.#rep1 = this.#rep0;
    this.#rep0 = distance;
  }

  /** The hot loop: most symbols are literals, and each has eight bits. So the range coder is written out here. */
  #literal(dictionary: Dictionary): void {
    const probabilities = this.#probabilities;
    const input = this.#input;
    const { bytes, position } = dictionary;
    const last = position === 0 ? 0 : (bytes[position - 1] as number);
    const place = (position + dictionary.moved) & this.#literalPositionMask;
    const base = LITERAL + 0x300 * ((place << this.#literalContext) + (last >> (8 - this.#literalContext)));
    const state = this.#state;
    // Behind a match, the byte that would have continued it tells much, up to the first bit in which it is wrong.
    let matched = 0;
    let offset = 0;
    if (state >= 7) {
      const distance = this.#rep0 + 1;
      if (distance > position) throw damaged('a distance before the beginning');
      matched = bytes[position - distance] as number;
      offset = 0x100;
    }
    let range = this.#range;
    let code = this.#code;
    let at = this.#at;
    let symbol = 1;
    do {
      if (range >>> 24 === 0) {
        range <<= 8;
        code = (code << 8) | (input[at++] as number);
      }
      matched <<= 1;
      const expected = matched & offset;
      const index = base + offset + expected + symbol;
      const probability = probabilities[index] as number;
      const bound = Math.imul(range >>> 11, probability);
      if (code >>> 0 < bound >>> 0) {
        range = bound;
        probabilities[index] = probability + ((2048 - probability) >> 5);
        symbol <<= 1;
        offset &= ~expected;
      } else {
        range = (range - bound) | 0;
        code = (code - bound) | 0;
        probabilities[index] = probability - (probability >> 5);
        symbol = (symbol << 1) | 1;
        offset &= expected;
      }
    } while (symbol < 0x100);
    this.#range = range;
    this.#code = code;
    this.#at = at;
    this.#state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
    bytes[position] = symbol;
    dictionary.position = position + 1;
  }

  #length(base: number, positionState: number): number {
    if (this.#bit(base) === 0) return this.#tree(base + LENGTH_LOW + positionState * 8, 3);
    if (this.#bit(base + 1) === 0) return 8 + this.#tree(base + LENGTH_MIDDLE + positionState * 8, 3);
    return 16 + this.#tree(base + LENGTH_HIGH, 8);
  }

  #distance(lengthState: number): number {
    const slot = this.#tree(DISTANCE_SLOT + lengthState * 64, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const high = (2 | (slot & 1)) << bits;
    if (slot < 14) return high + this.#reverseTree(DISTANCE_SPECIAL + high - slot, bits);
    return (high + (this.#direct(bits - 4) << 4) + this.#reverseTree(DISTANCE_ALIGN, 4)) >>> 0;
  }

  #tree(base: number, bits: number): number {
    const probabilities = this.#probabilities;
    const input = this.#input;
    const end = 1 << bits;
    let range = this.#range;
    let code = this.#code;
    let at = this.#at;
    let symbol = 1;
    do {
      if (range >>> 24 === 0) {
        range <<= 8;
        code = (code << 8) | (input[at++] as number);
      }
      const probability = probabilities[base + symbol] as number;
      const bound = Math.imul(range >>> 11, probability);
      if (code >>> 0 < bound >>> 0) {
        range = bound;
        probabilities[base + symbol] = probability + ((2048 - probability) >> 5);
        symbol <<= 1;
      } else {
        range = (range - bound) | 0;
        code = (code - bound) | 0;
        probabilities[base + symbol] = probability - (probability >> 5);
        symbol = (symbol << 1) | 1;
      }
    } while (symbol < end);
    this.#range = range;
    this.#code = code;
    this.#at = at;
    return symbol - end;
  }

  #reverseTree(base: number, bits: number): number {
    let symbol = 1;
    let value = 0;
    for (let at = 0; at < bits; at++) {
      const bit = this.#bit(base + symbol);
      symbol = (symbol << 1) | bit;
      value |= bit << at;
    }
    return value;
  }

  /** Bits without probabilities. */
  #direct(bits: number): number {
    let value = 0;
    for (let bit = 0; bit < bits; bit++) {
      this.#normalize();
      this.#range >>>= 1;
      const one = this.#code >>> 0 >= this.#range >>> 0 ? 1 : 0;
      if (one === 1) this.#code = (this.#code - this.#range) | 0;
      value = (value << 1) | one;
    }
    return value;
  }

  #bit(index: number): 0 | 1 {
    this.#normalize();
    const probability = this.#probabilities[index] as number;
    const bound = Math.imul(this.#range >>> 11, probability);
    if (this.#code >>> 0 < bound >>> 0) {
      this.#range = bound;
      this.#probabilities[index] = probability + ((2048 - probability) >> 5);
      return 0;
    }
    this.#range = (this.#range - bound) | 0;
    this.#code = (this.#code - bound) | 0;
    this.#probabilities[index] = probability - (probability >> 5);
    return 1;
  }

  #normalize(): void {
    if (this.#range >>> 24 !== 0) return;
    this.#range <<= 8;
    this.#code = (this.#code << 8) | (this.#input[this.#at++] as number);
  }
}
