import { setImmediate } from 'node:timers/promises';
import type { ByteSource } from '../../model/bytes.ts';
import { Budget, type CompressionLimits } from './budget.ts';
import { bzip2 } from './bzip2/bzip2.ts';
import type { Decoder, EngineKind } from './decoder.ts';
import type { Compression } from './detect.ts';
import { type Feed, feedOf } from './feed.ts';
import { gzip } from './gzip.ts';
import { Input } from './input.ts';
import type { Wait } from './wait.ts';
import { xz } from './xz/xz.ts';
import { zstd } from './zstd.ts';

const decoders = { gzip, zstd, bzip2, xz } as const satisfies Record<Exclude<Compression, 'none'>, Decoder>;

/** Milliseconds of work after which timers, signals and Ctrl-C get their turn. */
const BREATH = 20;

export interface DecompressOptions {
  readonly limits: CompressionLimits;
  readonly signal?: AbortSignal;
  /** Sees every compressed byte once, in order: for a digest, or progress. The bytes are valid during the call only. */
  onInput?(chunk: Uint8Array): void;
  /** `stream` keeps to Node's public interface, which is what happens anyway where the faster one is missing. */
  readonly engine?: EngineKind;
}

/** What came after the compressed data. */
export interface DecompressResult {
  /** Bytes behind the last member or frame that are no compressed data: no runtime reads them. */
  readonly trailing: number;
}

/**
 * Decompresses `input` front to back and hands every piece to `onOutput`, whose bytes are valid during the call only:
 * the buffer is used again. Where it returns a promise, that is waited for soon; a few pieces may come before.
 * Members, frames and streams that follow each other are one (RFC 1952 section 2.2, RFC 8878
 * section 3.1, the .xz file format section 2; bzip2 does the same). Nothing is read twice, so that bytes that come once
 * serve as well as a file.
 * @throws FormatError for damaged, truncated or unsupported data (what came before was handed on)
 * @throws LimitError when the output passes its budget
 */
export async function decompress(
  input: ByteSource | AsyncIterable<Uint8Array>,
  compression: Exclude<Compression, 'none'>,
  onOutput: (chunk: Buffer) => unknown,
  options: DecompressOptions,
): Promise<DecompressResult> {
  const budget = new Budget(options.limits);
  const feed = feedOf(input, options.onInput);
  const held = new Input();
  const output: Output = { pending: undefined };
  const consume = (chunk: Buffer): void => {
    budget.count(chunk.length, feed.seen);
    const pending = onOutput(chunk);
    if (pending instanceof Promise) output.pending = pending;
  };
  const decoder = decoders[compression]({ input: held, consume, engine: options.engine ?? 'handle' });
  try {
    await run(decoder, held, feed, output, options.signal);
    // What no decoder asked for belongs to the digest too.
    const before = feed.seen - held.length;
    held.start = held.end;
    await run(discard(held), held, feed, output, options.signal);
    return { trailing: feed.seen - before };
  } finally {
    decoder.return();
    await feed.close();
  }
}

/** What whoever takes the output is still doing with it. */
interface Output {
  pending: Promise<unknown> | undefined;
}

async function run(
  decoder: Generator<Wait, void, void>,
  input: Input,
  feed: Feed,
  output: Output,
  signal: AbortSignal | undefined,
): Promise<void> {
  let breath = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    let step: IteratorResult<Wait, void>;
    try {
      step = decoder.next();
    } finally {
      // Also where the decoder failed: nothing may go on behind the back of the caller.
      if (output.pending !== undefined) await settle(output);
    }
    const { value, done } = step;
    if (done === true) return;
    // Awaited only where there is something to wait for: a file is read, and small frames are decoded, without.
    const pending = value === 'input' ? feed.fill(input) : value;
    if (pending instanceof Promise) await pending;
    if (performance.now() - breath > BREATH) {
      await setImmediate();
      breath = performance.now();
    }
  }
}

async function settle(output: Output): Promise<void> {
  const { pending } = output;
  output.pending = undefined;
  await pending;
}

function* discard(input: Input): Generator<Wait, void, void> {
  while (!input.ended) {
    input.start = input.end;
    yield 'input';
  }
}
