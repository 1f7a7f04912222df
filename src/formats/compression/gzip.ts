import { damaged, truncated, unsupported } from './damage.ts';
import type { Decoder, DecoderContext } from './decoder.ts';
import type { Engine } from './engine.ts';
import type { Input } from './input.ts';
import { openEngine, zlibModule } from './open-engine.ts';
import type { Wait } from './wait.ts';

/** Bits of FLG (RFC 1952, section 2.3.1). */
const FHCRC = 2;
const FEXTRA = 4;
const FNAME = 8;
const FCOMMENT = 16;
const RESERVED = 0xe0;

/** Members of gzip (RFC 1952). The header and the trailer are read here, so that it is sure where a member ends. */
export const gzip: Decoder = function* ({ input, consume, engine: kind }: DecoderContext) {
  const { crc32 } = zlibModule();
  let sum = 0;
  let size = 0;
  const engine = openEngine(
    'deflate',
    (chunk) => {
      sum = crc32(chunk, sum);
      size = (size + chunk.length) >>> 0;
      consume(chunk);
    },
    kind,
  );
  try {
    for (let members = 0; yield* member(input, members === 0); members += 1) {
      yield* header(input);
      yield* deflated(input, engine);
      yield* input.need(8);
      if (input.buffer.readUInt32LE(input.start) !== sum) throw damaged('incorrect data check');
      if (input.buffer.readUInt32LE(input.start + 4) !== size) throw damaged('incorrect length check');
      input.start += 8;
      sum = 0;
      size = 0;
      engine.restart();
      yield 'pause';
    }
  } finally {
    engine.close();
  }
};

/** Whether another member begins, and not something that only follows the last one. */
function* member(input: Input, first: boolean): Generator<Wait, boolean, void> {
  yield* input.wait(3);
  const { buffer, start, length } = input;
  const magic = length >= 2 && buffer[start] === 0x1f && buffer[start + 1] === 0x8b;
  if (magic && length < 3) throw truncated();
  if (magic && buffer[start + 2] === 8) return true;
  if (first) throw magic ? unsupported('gzip with another method than deflate') : damaged('magic number');
  return false;
}

function* header(input: Input): Generator<Wait, void, void> {
  const { crc32 } = zlibModule();
  let sum = 0;
  const take = (bytes: number): void => {
    sum = crc32(input.buffer.subarray(input.start, input.start + bytes), sum);
    input.start += bytes;
  };
  yield* input.need(10);
  const flags = input.buffer[input.start + 3] as number;
  if ((flags & RESERVED) !== 0) throw damaged('unknown header flags set');
  take(10);
  if ((flags & FEXTRA) !== 0) {
    yield* input.need(2);
    const length = input.buffer.readUInt16LE(input.start);
    take(2);
    yield* input.need(length);
    take(length);
  }
  for (const flag of [FNAME, FCOMMENT]) {
    if ((flags & flag) === 0) continue;
    for (let end = -1; end < 0; ) {
      yield* input.need(1);
      end = input.buffer.subarray(input.start, input.end).indexOf(0);
      take(end < 0 ? input.length : end + 1);
    }
  }
  if ((flags & FHCRC) !== 0) {
    yield* input.need(2);
    if (input.buffer.readUInt16LE(input.start) !== (sum & 0xffff)) throw damaged('header crc mismatch');
    input.start += 2;
  }
}

/** One deflate stream (RFC 1951). Its end shows only where bytes follow, as the trailer does. */
function* deflated(input: Input, engine: Engine): Generator<Wait, void, void> {
  for (;;) {
    if (input.length === 0 && !engine.full) {
      engine.flush();
      yield* input.need(1);
    }
    const pending = engine.step(input.buffer, input.start, input.end);
    yield pending ?? 'pause';
    input.start += engine.used;
    if (engine.ended) break;
  }
  engine.flush();
}
