import { damaged, truncated, unsupported } from './damage.ts';
import type { Consume, Decoder, DecoderContext } from './decoder.ts';
import type { Input } from './input.ts';
import type { Wait } from './wait.ts';
import { Dictionary } from './xz/dictionary.ts';
import { LONGEST_MATCH, Lzma } from './xz/lzma.ts';

/** As for xz. */
const MAX_DICTIONARY = 128 * 1024 * 1024;
/** Below this a dictionary is none. */
const MIN_DICTIONARY = 4096;
/** Properties, size of the dictionary, size of what was compressed. */
const HEADER_BYTES = 13;
const UNKNOWN = 0xffff_ffff_ffff_ffffn;
/** lc is at most 8, lp 4. */
const LITERAL_BITS = 12;
/** Bytes that are made before they are handed on. */
const STEP = 256 * 1024;

/** How a stream of LZMA was made. */
export interface LzmaProperties {
  /** lc, lp and pb in one byte. */
  readonly byte: number;
  readonly dictionary: number;
  /** Bytes that it makes; undefined where its end is marked. */
  readonly size: number | undefined;
}

/**
 * Whether a .lzma file may begin so. It has no magic, so its fields have to be what programs write: a dictionary of 2^n or
 * 2^n + 2^(n-1) bytes, a size that is unknown or below 256 GiB (xz and file ask the same).
 */
export function plausibleLzma(head: Uint8Array): boolean {
  if (head.length < HEADER_BYTES + 5 || head[HEADER_BYTES] !== 0 || (head[0] as number) >= 225) return false;
  const { dictionary, size } = readHeader(Buffer.from(head.buffer, head.byteOffset, HEADER_BYTES));
  const top = 31 - Math.clz32(dictionary);
  const isRound = dictionary === 2 ** top || dictionary === 2 ** top + 2 ** (top - 1);
  return dictionary >= MIN_DICTIONARY && isRound && (size === undefined || size < 2 ** 38);
}

function readHeader(bytes: Buffer): LzmaProperties {
  const size = bytes.readBigUInt64LE(5);
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  return {
    byte: bytes[0] as number,
    dictionary: bytes.readUInt32LE(1),
    size: size === UNKNOWN ? undefined : Number(size > most ? most : size),
  };
}

/** A .lzma file (LZMA SDK, "lzma-specification.txt"): one stream behind a header of 13 bytes. */
export const lzmaAlone: Decoder = function* ({ input, consume }: DecoderContext) {
  yield* input.need(HEADER_BYTES);
  const properties = readHeader(input.buffer.subarray(input.start, input.start + HEADER_BYTES));
  input.start += HEADER_BYTES;
  yield* stream(input, properties, consume);
};

/** A stream whose properties stand elsewhere, as in a 7z or a zip archive. */
export function lzmaStream(properties: LzmaProperties): Decoder {
  return ({ input, consume }) => stream(input, properties, consume);
}

function* stream(
  input: Input,
  { byte, dictionary: stated, size }: LzmaProperties,
  consume: Consume,
): Generator<Wait, void, void> {
  if (byte >= 225) throw damaged('LZMA properties');
  // What is smaller than its dictionary needs no more than its own size.
  const wanted = Math.max(MIN_DICTIONARY, Math.min(stated, size ?? stated));
  if (wanted > MAX_DICTIONARY) throw unsupported('an LZMA dictionary of more than 128 MiB');
  const lzma = new Lzma(Math.max(4, literalBits(byte)));
  lzma.setProperties(byte);
  const dictionary = new Dictionary(wanted);
  try {
    yield* input.need(5);
    input.start = lzma.begin(input.buffer, input.start);
    let left = size ?? Number.POSITIVE_INFINITY;
    while (left > 0 && !lzma.isEnded) {
      const isLast = input.ended;
      dictionary.reserve(STEP + LONGEST_MATCH);
      const before = dictionary.position;
      try {
        const next = lzma.run(input, dictionary, left, STEP);
        input.start = Math.min(next, input.end);
        if (next > input.end) throw truncated();
      } finally {
        const made = dictionary.since(before);
        left -= made.length;
        if (made.length > 0) consume(made);
      }
      if (left === 0 || lzma.isEnded) break;
      // Where the input is used up as far as it is sure, more of it is needed.
      if (dictionary.position === before && !(yield* input.wait(input.length + 1)) && isLast) throw truncated();
      yield 'pause';
    }
  } finally {
    dictionary.close();
  }
}

function literalBits(byte: number): number {
  return Math.min(LITERAL_BITS, (byte % 9) + (Math.floor(byte / 9) % 5));
}
