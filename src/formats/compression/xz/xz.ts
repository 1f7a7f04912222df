import { FormatError } from '../../../errors.ts';
import { damaged, truncated } from '../damage.ts';
import type { Consume, Decoder, DecoderContext } from '../decoder.ts';
import type { Input } from '../input.ts';
import { zlibModule } from '../open-engine.ts';
import type { Wait } from '../wait.ts';
import { type Check, checkOf } from './check.ts';
import { type Filter, openFilter } from './filter.ts';
import { readBlockHeader, readStreamHeader, STREAM_HEADER_BYTES, STREAM_MAGIC, verifyCrc } from './header.ts';
import { dictionarySize, Lzma2 } from './lzma2.ts';
import { readNumber } from './number.ts';
import { Tally } from './tally.ts';

/** CRC32, backward size, flags and magic number. */
const FOOTER_BYTES = 12;
/** Two integers. */
const RECORD_BYTES = 18;

/** Streams of .xz, with the padding between them (version 1.2 of the .xz file format, https://tukaani.org/xz/xz-file-format.txt). */
export const xz: Decoder = function* ({ input, consume }: DecoderContext) {
  const lzma2 = new Lzma2();
  try {
    for (let streams = 0; yield* streamBegins(input, streams === 0); streams += 1) {
      const flags = Buffer.from(input.buffer.subarray(input.start + 6, input.start + 8));
      const check = checkOf(readStreamHeader(input.buffer.subarray(input.start, input.start + STREAM_HEADER_BYTES)));
      input.start += STREAM_HEADER_BYTES;
      const blocks = new Tally();
      while (yield* blockBegins(input)) {
        yield* block(input, lzma2, check, blocks, consume);
        yield 'pause';
      }
      const indexSize = yield* index(input, blocks);
      yield* footer(input, indexSize, flags);
      yield* padding(input);
    }
  } finally {
    lzma2.close();
  }
};

function* streamBegins(input: Input, first: boolean): Generator<Wait, boolean, void> {
  const whole = yield* input.wait(STREAM_HEADER_BYTES);
  const held = Math.min(input.length, STREAM_MAGIC.length);
  const same = STREAM_MAGIC.compare(input.buffer, input.start, input.start + held, 0, held) === 0;
  // Anything else follows the last stream. A single byte may be anything.
  if (!same || held < 2) {
    if (first) throw damaged('magic number');
    return false;
  }
  if (!whole) throw truncated();
  return true;
}

/** Whether a block comes next, and not the index, which begins with 0. */
function* blockBegins(input: Input): Generator<Wait, boolean, void> {
  yield* input.need(1);
  return input.buffer[input.start] !== 0;
}

function* block(
  input: Input,
  lzma2: Lzma2,
  check: Check,
  blocks: Tally,
  consume: Consume,
): Generator<Wait, void, void> {
  const start = input.position;
  const headerBytes = ((input.buffer[input.start] as number) + 1) * 4;
  yield* input.need(headerBytes);
  const header = readBlockHeader(input.buffer.subarray(input.start, input.start + headerBytes));
  let size = 0;
  const filters: Filter[] = [];
  let sink: Consume = (chunk) => {
    check.update(chunk);
    size += chunk.length;
    consume(chunk);
  };
  for (const entry of header.filters.slice(0, -1)) {
    const filter = openFilter(entry, sink);
    filters.unshift(filter);
    sink = (chunk) => filter.push(chunk);
  }
  const dictionary = dictionarySize(header.filters.at(-1)?.properties[0] as number);
  input.start += headerBytes;
  try {
    yield* lzma2.decode(input, dictionary, sink);
  } catch (error) {
    if (error instanceof FormatError) flush(filters);
    throw error;
  }
  flush(filters);
  const compressed = input.position - start - headerBytes;
  if (header.compressedSize !== undefined && header.compressedSize !== compressed) throw damaged('size of a block');
  if (header.uncompressedSize !== undefined && header.uncompressedSize !== size) throw damaged('size of a block');
  yield* zeros(input, -compressed & 3);
  yield* input.need(check.length);
  const value = input.buffer.subarray(input.start, input.start + check.length);
  if (!check.matches(value)) throw damaged('check of a block');
  input.start += check.length;
  blocks.add(headerBytes + compressed + check.length, size);
}

function flush(filters: readonly Filter[]): void {
  for (const filter of filters) filter.flush();
}

/** Reads the sizes of all blocks and compares them. @returns the length of the index */
function* index(input: Input, blocks: Tally): Generator<Wait, number, void> {
  const { crc32 } = zlibModule();
  const start = input.position;
  let sum = 0;
  const take = (end: number): void => {
    sum = crc32(input.buffer.subarray(input.start, end), sum);
    input.start = end;
  };
  take(input.start + 1);
  function* number(): Generator<Wait, number, void> {
    yield* input.wait(RECORD_BYTES / 2);
    const { value, next } = readCut(input);
    take(next);
    return value;
  }
  const count = yield* number();
  if (count !== blocks.count) throw damaged('index');
  const records = new Tally();
  for (let left = count; left > 0; left -= 1) {
    records.add(yield* number(), yield* number());
    yield 'pause';
  }
  if (!records.equals(blocks)) throw damaged('index');
  const padding = -(input.position - start) & 3;
  yield* input.need(padding + 4);
  take(input.start + padding);
  if (input.buffer.readUInt32LE(input.start) !== sum) throw damaged('CRC of the index');
  input.start += 4;
  return input.position - start;
}

/** A number that may be cut by the end of the input. */
function readCut(input: Input): { readonly value: number; readonly next: number } {
  try {
    return readNumber(input.buffer, input.start, input.end);
  } catch (error) {
    throw input.length < RECORD_BYTES / 2 ? truncated(error) : error;
  }
}

function* footer(input: Input, indexSize: number, flags: Buffer): Generator<Wait, void, void> {
  yield* input.need(FOOTER_BYTES);
  const bytes = input.buffer.subarray(input.start, input.start + FOOTER_BYTES);
  if (bytes.toString('latin1', 10) !== 'YZ') throw damaged('magic number of a stream footer');
  const summed = Buffer.concat([bytes.subarray(4, 10), bytes.subarray(0, 4)]);
  verifyCrc(summed, 'a stream footer');
  if ((bytes.readUInt32LE(4) + 1) * 4 !== indexSize) throw damaged('size of the index');
  if (!bytes.subarray(8, 10).equals(flags)) throw damaged('flags of a stream footer');
  input.start += FOOTER_BYTES;
}

/** Zeros between streams and behind the last, in fours (section 2.2). */
function* padding(input: Input): Generator<Wait, void, void> {
  while (yield* input.wait(4)) {
    if (input.buffer.readUInt32LE(input.start) !== 0) return;
    input.start += 4;
    yield 'pause';
  }
}

function* zeros(input: Input, count: number): Generator<Wait, void, void> {
  yield* input.need(count);
  for (let left = count; left > 0; left -= 1) {
    if (input.buffer[input.start++] !== 0) throw damaged('padding of a block');
  }
}
