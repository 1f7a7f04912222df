import type { Decoder, DecoderContext } from './decoder.ts';
import { openEngine } from './open-engine.ts';

/** One deflate stream without a frame (RFC 1951), as archives have it. Bytes must follow it: its end shows by them. */
export const rawDeflate: Decoder = function* ({ input, consume, engine: kind }: DecoderContext) {
  const engine = openEngine('deflate', consume, kind);
  try {
    while (!engine.ended) {
      if (input.length === 0 && !engine.full) {
        engine.flush();
        yield* input.need(1);
      }
      yield engine.step(input.buffer, input.start, input.end) ?? 'pause';
      input.start += engine.used;
    }
    engine.flush();
  } finally {
    engine.close();
  }
};
