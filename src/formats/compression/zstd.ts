import { FormatError, LimitError } from '../../errors.ts';
import { damaged, truncated, unsupported } from './damage.ts';
import type { Decoder, DecoderContext } from './decoder.ts';
import type { Engine } from './engine.ts';
import type { Input } from './input.ts';
import { openEngine, ZSTD_WINDOW_LOG } from './open-engine.ts';
import type { Wait } from './wait.ts';
import { FRAME_HEADER_BYTES, FRAME_MAGIC, readBlockHeader, readFrameHeader } from './zstd-frame.ts';

/** Frames of one layer: zstd:chunked has one a file. */
const MAX_FRAMES = 4_000_000;

/**
 * Frames of zstd (RFC 8878). The decoder gets one block at a time: so it is sure where a frame ends, and all blocks
 * before a damaged one were handed on.
 */
export const zstd: Decoder = function* ({ input, consume, engine: kind }: DecoderContext) {
  const engine = openEngine('zstd', consume, kind);
  try {
    for (let frames = 0; ; frames += 1) {
      if (frames > MAX_FRAMES) throw new LimitError(`it has more than ${MAX_FRAMES} frames`);
      yield* ready(input, engine, 8);
      const magic = input.length < 4 ? undefined : input.buffer.readUInt32LE(input.start);
      if (magic === FRAME_MAGIC) yield* frame(input, engine);
      else if (magic !== undefined && (magic & 0xfffffff0) >>> 0 === 0x184d2a50) yield* skippableFrame(input);
      else if (frames === 0) throw damaged('magic number');
      else break;
      yield 'pause';
    }
    engine.flush();
  } catch (error) {
    // The damage may have been found here, not by the decoder.
    if (error instanceof FormatError) engine.flush();
    throw error;
  } finally {
    engine.close();
  }
};

/** Waits for bytes; what was made is not held back for that long. */
function* ready(input: Input, engine: Engine, bytes: number): Generator<Wait, boolean, void> {
  if (input.length >= bytes) return true;
  engine.flush();
  return yield* input.wait(bytes);
}

/** RFC 8878, section 3.1.2. */
function* skippableFrame(input: Input): Generator<Wait, void, void> {
  if (input.length < 8) throw truncated();
  yield* input.skip(8 + input.buffer.readUInt32LE(input.start + 4));
}

function* frame(input: Input, engine: Engine): Generator<Wait, void, void> {
  yield* ready(input, engine, FRAME_HEADER_BYTES);
  const header = readFrameHeader(input.buffer.subarray(input.start, input.end));
  if (header === undefined) throw truncated();
  if (header.window > 2 ** ZSTD_WINDOW_LOG) throw unsupported('a zstd window of more than 128 MiB');
  yield* decode(input, engine, header.length);
  for (let last = false; !last; ) {
    if (!(yield* ready(input, engine, 3))) throw truncated();
    const block = readBlockHeader(input.buffer, input.start);
    last = block.last;
    const bytes = 3 + block.length + (last && header.checksum ? 4 : 0);
    if (!(yield* ready(input, engine, bytes))) throw truncated();
    yield* decode(input, engine, bytes);
  }
}

function* decode(input: Input, engine: Engine, bytes: number): Generator<Wait, void, void> {
  const end = input.start + bytes;
  do {
    yield engine.step(input.buffer, input.start, end) ?? 'pause';
    input.start += engine.used;
  } while (input.start < end || engine.full);
}
