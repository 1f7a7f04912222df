import type { Input } from './input.ts';
import type { Wait } from './wait.ts';

/** Takes what was decompressed. The bytes are valid during the call only. */
export type Consume = (chunk: Buffer) => void;

/** Which of Node's interfaces decodes gzip and zstd: see `openEngine`. */
export type EngineKind = 'handle' | 'stream';

export interface DecoderContext {
  readonly input: Input;
  readonly consume: Consume;
  readonly engine: EngineKind;
}

/**
 * Decodes members, frames or streams that follow each other, up to the end of the input or to what belongs to none of
 * them, which it leaves in the input. It hands on everything that comes before a damage, then throws a FormatError.
 */
export type Decoder = (context: DecoderContext) => Generator<Wait, void, void>;
