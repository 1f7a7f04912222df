import { FormatError } from '../../../errors.ts';
import { damaged, truncated, unsupported } from '../damage.ts';
import type { Decoder, DecoderContext } from '../decoder.ts';
import type { Input } from '../input.ts';
import type { Wait } from '../wait.ts';
import { BitReader } from './bit-reader.ts';
import { BLOCK_UNIT, makeWorkspace, readBlock, type Workspace } from './block.ts';

/** 48 bits, from the digits of pi and of its square root. */
const BLOCK_MAGIC: readonly [number, number] = [0x314159, 0x265359];
const END_MAGIC: readonly [number, number] = [0x177245, 0x385090];

/**
 * What a block takes at most: 900,001 symbols of 20 bits, and its tables. A block does not say how long it is, so this
 * much is held before one is decoded.
 */
const MAX_BLOCK = 2_500_000;

/** Streams of bzip2, version 2 (the only one in use; bzip2 1.0.8 is the reference). */
export const bzip2: Decoder = function* ({ input, consume }: DecoderContext) {
  let workspace: Workspace | undefined;
  for (let streams = 0; ; streams += 1) {
    const level = yield* streamBegins(input, streams === 0);
    if (level === undefined) break;
    input.start += 4;
    // One for all levels: streams may be many, and of a different level each.
    workspace ??= makeWorkspace();
    let combined = 0;
    for (let skip = 0; ; ) {
      const whole = yield* input.wait(MAX_BLOCK);
      const reader = new BitReader(input.buffer, input.start, input.end, skip);
      const magic = [reader.bits(24), reader.bits(24)] as const;
      try {
        if (isSame(magic, END_MAGIC)) {
          if (reader.word() !== combined >>> 0) throw damaged('CRC of a stream');
          input.start = reader.at;
          break;
        }
        if (!isSame(magic, BLOCK_MAGIC)) throw damaged('magic number of a block');
        combined =
          ((combined << 1) | (combined >>> 31)) ^ (yield* readBlock(reader, level * BLOCK_UNIT, workspace, consume));
      } catch (error) {
        // All of it was there, and yet it did not end.
        if (whole && error instanceof FormatError && error.reason === 'truncated') throw damaged('a block without end');
        throw error;
      }
      // The last byte may belong to both this block and the next.
      skip = reader.count === 0 ? 0 : 8 - reader.count;
      input.start = reader.count === 0 ? reader.at : reader.at - 1;
      yield 'pause';
    }
  }
};

/** @returns the block size in units of `BLOCK_UNIT`, or undefined where no stream begins */
function* streamBegins(input: Input, first: boolean): Generator<Wait, number | undefined, void> {
  yield* input.wait(4);
  const { buffer, start, length } = input;
  if (length < 3 || buffer.toString('latin1', start, start + 2) !== 'BZ') {
    if (first) throw damaged('magic number');
    return undefined;
  }
  const version = buffer[start + 2];
  if (version !== 0x68) {
    if (first) throw unsupported('this version of bzip2');
    return undefined;
  }
  if (length < 4) throw truncated();
  const level = (buffer[start + 3] as number) - 0x30;
  if (level >= 1 && level <= 9) return level;
  if (first) throw damaged('block size');
  return undefined;
}

function isSame(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
