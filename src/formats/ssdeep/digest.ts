import { LimitError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import {
  type Ends,
  endsOf,
  findTriggers,
  newTriggers,
  PIECES,
  resetTriggers,
  rollingSum,
  SIZES,
  type Triggers,
} from './triggers.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const SMALLEST = 3;
/** Letters of HASH1; HASH2 has half as many. */
const LENGTH = 64;
const HALF_PIECES = LENGTH / 2 - 1;
const LARGEST_INPUT = SMALLEST * 2 ** (SIZES - 1) * LENGTH;
/** What a piece hash begins with, in six bits. */
const START = 0x27;
/** The multiplier of a piece hash, of which the lowest six bits are all that is ever seen. */
const PRIME = 0x13;
const PIECE = 1 << 20;

/** Every piece of an input, in order, as often as it is asked for. */
type Pieces = () => Iterable<Uint8Array>;

/**
 * The context triggered piecewise hash (CTPH) of a file, as `ssdeep` 2.14 prints it: `BLOCKSIZE:HASH1:HASH2`. Bytes that a
 * file shares with another in the same order leave letters that the digests share. J. Kornblum, "Identifying almost
 * identical files using context triggered piecewise hashing", 2006.
 * @throws LimitError above 192 GiB, for which there is no block size
 */
export function fuzzyDigest(bytes: Uint8Array): string {
  // A Buffer has another shape in V8, and loops that meet both are half as fast.
  const pieces = [new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)];
  return digestOf(() => pieces, bytes.length);
}

/**
 * The same for a file that is not in memory. It is read two times, or a few times more where it repeats itself; it must
 * not change meanwhile.
 * @throws LimitError above 192 GiB
 */
export function fuzzyDigestOf(source: ByteSource): string {
  const buffer = new Uint8Array(Math.min(PIECE, source.size));
  return digestOf(() => piecesOf(source, buffer), source.size);
}

function* piecesOf(source: ByteSource, buffer: Uint8Array): Generator<Uint8Array> {
  for (let position = 0; position < source.size; ) {
    const got = source.read(buffer, position);
    if (got === 0) return;
    yield got === buffer.length ? buffer : buffer.subarray(0, got);
    position += got;
  }
}

/** Those of the file at hand: one is read at a time. */
const triggers = newTriggers();

function digestOf(pieces: Pieces, length: number): string {
  if (length > LARGEST_INPUT) throw new LimitError('no file above 192 GiB has an ssdeep digest');
  const size = settleSize(pieces, length);
  const full = endsOf(triggers, size, PIECES);
  const half = size + 1 < SIZES ? endsOf(triggers, size + 1, HALF_PIECES) : { count: 0, first: [], last: undefined };
  const letters = hashPieces(pieces, full, half);
  // Where the sum is 0 nothing came after the last piece that a letter would be worth: the window holds zeros.
  const isOpen = rollingSum(triggers) !== 0;
  const hash1 = letters.full + (isOpen ? letters.fullOpen : letters.fullLast);
  const hash2 = letters.half + (isOpen ? letters.halfOpen : letters.halfLast);
  return `${SMALLEST * 2 ** size}:${hash1}:${hash2}`;
}

/**
 * Finds the size whose pieces number 32 or more, the first that is not too small for the length. Most files have theirs at
 * the size that their length suggests or the one below, so that smaller ones are looked at only when they are needed.
 */
function settleSize(pieces: Pieces, length: number): number {
  let suggested = 0;
  while (SMALLEST * 2 ** suggested * LENGTH < length) suggested++;
  for (let lowest = Math.max(0, suggested - 2); ; lowest = Math.max(0, lowest - 5)) {
    resetTriggers(triggers, lowest);
    for (const piece of pieces()) findTriggers(triggers, piece);
    const size = sizeWithin(triggers, suggested);
    if (size !== undefined) return size;
  }
}

function sizeWithin({ lowest, counts }: Triggers, suggested: number): number | undefined {
  // The size above the highest that ended a piece exists, the ones beyond it do not.
  const highest = Math.min(SIZES - 1, counts.findLastIndex((count) => count > 0) + 1);
  const start = Math.min(suggested, highest);
  let ends = 0;
  for (let size = SIZES - 1; size >= lowest; size--) {
    ends += counts[size]!;
    if (size <= start && (ends >= LENGTH / 2 || size === 0)) return size;
  }
  return undefined;
}

/** Letters of the pieces of both parts; of those behind the last whole one: if the file ends in zeros, and if not. */
interface Letters {
  full: string;
  fullLast: string;
  fullOpen: string;
  half: string;
  halfLast: string;
  halfOpen: string;
}

function hashPieces(pieces: Pieces, full: Ends, half: Ends): Letters {
  const letters: Letters = { full: '', fullLast: '', fullOpen: '', half: '', halfLast: '', halfOpen: '' };
  const fullEnds = full.last === undefined ? full.first : [...full.first, full.last];
  const halfEnds = half.last === undefined ? half.first : [...half.first, half.last];
  let a = 0;
  let b = 0;
  let hashes = pack(START, START);
  let start = 0;
  for (const piece of pieces()) {
    let at = 0;
    for (;;) {
      const fullEnd = fullEnds[a] ?? Number.POSITIVE_INFINITY;
      const halfEnd = halfEnds[b] ?? Number.POSITIVE_INFINITY;
      const end = Math.min(fullEnd, halfEnd) - start + 1;
      if (end > piece.length) break;
      hashes = advance(hashes, piece, at, end);
      at = end;
      let fullHash = hashes >>> 6;
      let halfHash = hashes & 63;
      if (fullEnd <= halfEnd) {
        if (a++ < full.first.length) {
          letters.full += LETTERS[fullHash]!;
          fullHash = START;
        } else letters.fullLast = LETTERS[fullHash]!;
      }
      if (halfEnd <= fullEnd) {
        if (b++ < half.first.length) {
          letters.half += LETTERS[halfHash]!;
          halfHash = START;
        } else letters.halfLast = LETTERS[halfHash]!;
      }
      hashes = pack(fullHash, halfHash);
    }
    hashes = advance(hashes, piece, at, piece.length);
    start += piece.length;
  }
  letters.fullOpen = LETTERS[hashes >>> 6]!;
  letters.halfOpen = LETTERS[hashes & 63]!;
  return letters;
}

function pack(full: number, half: number): number {
  return (full << 6) | half;
}

/**
 * Both piece hashes over the bytes from `from` to before `to`. The conversions tell V8 that it counts in 32 bits, which
 * doubles its speed.
 */
function advance(hashes: number, bytes: Uint8Array, from: number, to: number): number {
  const end = to | 0;
  let full = (hashes >>> 6) | 0;
  let half = (hashes & 63) | 0;
  for (let i = from | 0; i < end; i = (i + 1) | 0) {
    const byte = bytes[i]!;
    full = Math.imul(full, PRIME) ^ byte;
    half = Math.imul(half, PRIME) ^ byte;
  }
  return pack(full & 63, half & 63);
}
