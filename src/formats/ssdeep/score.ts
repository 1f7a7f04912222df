import type { ParsedDigest } from './parsed-digest.ts';

/** Parts that share no run of so many letters have nothing in common but chance. */
export const COMMON_LETTERS = 7;
const SMALLEST = 3;
/** Below this block size few letters are not enough for a high score. */
const CAPPED_BELOW = 45;
const LENGTH = 64;

/** One part of a digest, made ready to be compared with many. */
interface Part {
  readonly letters: Uint8Array;
  /** For each byte the places that have it: a bit for each, 0 to 31 and 32 to 63. */
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** A digest that is compared with many others. */
export interface Subject {
  readonly size: number;
  readonly hash1: Part;
  readonly hash2: Part;
}

/** Digests one behind the other: the letters of both parts, and where parts begin. */
export interface DigestList {
  readonly sizes: Float64Array;
  readonly letters: Uint8Array;
  /** Two for each digest, and the end. */
  readonly starts: Uint32Array;
}

export function subjectOf({ size, hash1, hash2 }: ParsedDigest): Subject {
  return { size, hash1: partOf(hash1), hash2: partOf(hash2) };
}

function partOf(letters: Uint8Array): Part {
  const low = new Int32Array(256);
  const high = new Int32Array(256);
  for (let i = 0; i < letters.length; i++) {
    const places = i < 32 ? low : high;
    places[letters[i]!]! |= 1 << (i & 31);
  }
  return { letters, low, high };
}

export function listOf(digests: readonly ParsedDigest[]): DigestList {
  const sizes = new Float64Array(digests.length);
  const starts = new Uint32Array(2 * digests.length + 1);
  const letters = new Uint8Array(digests.reduce((sum, { hash1, hash2 }) => sum + hash1.length + hash2.length, 0));
  let at = 0;
  for (const [id, { size, hash1, hash2 }] of digests.entries()) {
    sizes[id] = size;
    starts[2 * id] = at;
    letters.set(hash1, at);
    at += hash1.length;
    starts[2 * id + 1] = at;
    letters.set(hash2, at);
    at += hash2.length;
  }
  starts[2 * digests.length] = at;
  return { sizes, letters, starts };
}

/**
 * How alike two digests are, from 0 to 100: what `fuzzy_compare` of libfuzzy 2.14 answers.
 * @param least a lower score than this may be given as 0, which is faster
 */
export function scoreOf(subject: Subject, list: DigestList, id: number, least: number): number {
  const size = list.sizes[id]!;
  const start = list.starts[2 * id]!;
  const middle = list.starts[2 * id + 1]!;
  const end = list.starts[2 * id + 2]!;
  const { hash1, hash2 } = subject;
  const { letters } = list;
  if (subject.size === size) {
    if (isSame(hash1, letters, start, middle) && isSame(hash2, letters, middle, end)) return 100;
    return Math.max(
      pairScore(hash1, letters, start, middle, size, least),
      pairScore(hash2, letters, middle, end, size * 2, least),
    );
  }
  if (subject.size * 2 === size) return pairScore(hash2, letters, start, middle, size, least);
  if (subject.size === size * 2) return pairScore(hash1, letters, middle, end, subject.size, least);
  return 0;
}

function isSame({ letters: own }: Part, letters: Uint8Array, start: number, end: number): boolean {
  if (own.length !== end - start) return false;
  for (let i = 0; i < own.length; i++) if (own[i] !== letters[start + i]) return false;
  return true;
}

function pairScore(part: Part, letters: Uint8Array, start: number, end: number, size: number, least: number): number {
  const length = end - start;
  const own = part.letters.length;
  if (own < COMMON_LETTERS || length < COMMON_LETTERS) return 0;
  // A letter that is replaced costs as much as one that is removed and one that is added: what is not in common counts.
  const distance = own + length - 2 * commonLetters(part, letters, start, end);
  let score = 100 - Math.floor((100 * Math.floor((LENGTH * distance) / (own + length))) / LENGTH);
  if (size < CAPPED_BELOW) score = Math.min(score, Math.floor(size / SMALLEST) * Math.min(own, length));
  return score > 0 && score >= least && sharesRun(part.letters, letters, start, end) ? score : 0;
}

/**
 * Length of the longest common subsequence, by a bit for each letter of the part (H. Hyyrö, "Bit-parallel LCS-length
 * computation revisited", 2004): a bit is cleared where the row of the usual table rises. 64 bits are two words.
 */
function commonLetters({ letters: own, low, high }: Part, letters: Uint8Array, start: number, end: number): number {
  let lowRow = -1;
  let highRow = -1;
  for (let i = start; i < end; i++) {
    const lowMatch = low[letters[i]!]!;
    const highMatch = high[letters[i]!]!;
    const lowBoth = lowRow & lowMatch;
    const highBoth = highRow & highMatch;
    const lowSum = (lowRow >>> 0) + (lowBoth >>> 0);
    const carry = lowSum > 0xffff_ffff ? 1 : 0;
    lowRow = lowSum | 0 | (lowRow & ~lowMatch);
    highRow = (highRow + highBoth + carry) | 0 | (highRow & ~highMatch);
  }
  const count = own.length;
  const lowMask = count >= 32 ? -1 : (1 << count) - 1;
  const highMask = count <= 32 ? 0 : count === 64 ? -1 : (1 << (count - 32)) - 1;
  return bitsIn(~lowRow & lowMask) + bitsIn(~highRow & highMask);
}

function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** Diagonal by diagonal: 4,096 steps at the most, whatever the letters are. */
function sharesRun(own: Uint8Array, letters: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  for (let shift = COMMON_LETTERS - own.length; shift <= length - COMMON_LETTERS; shift++) {
    let run = 0;
    const last = Math.min(own.length, length - shift);
    for (let i = Math.max(0, -shift); i < last; i++) {
      run = own[i] === letters[start + i + shift] ? run + 1 : 0;
      if (run === COMMON_LETTERS) return true;
    }
  }
  return false;
}
