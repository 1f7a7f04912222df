import { createHash } from 'node:crypto';
import { FormatError, type FormatReason, LimitError } from '../errors.ts';
import { decompress } from '../formats/compression/decompress.ts';
import { type Compression, MAGIC_BYTES } from '../formats/compression/detect.ts';
import { TarParser } from '../formats/tar/push.ts';
import type { TarVisitor } from '../formats/tar/visitor.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { ProblemCode } from '../model/problem.ts';
import type { LayerWalkOptions, WalkResult } from './content.ts';

/** A layer as its bytes come. */
export interface LayerBytes {
  /** Bytes from any place of a file, or once, in order; an uncompressed layer of the first kind has a better way. */
  readonly input: ByteSource | AsyncIterable<Uint8Array>;
  readonly compression: Compression;
  /** Bytes as stored, where that is sure: a digest of fewer is none. */
  readonly size?: number;
  /** No digest is computed unless `verify` asks for it: nobody needs one. */
  readonly unhashed?: boolean;
}

/** Walks a layer front to back, whatever its compression, and computes its digest on the way. */
export async function walkThrough(
  { input, compression, size, unhashed = false }: LayerBytes,
  visitor: TarVisitor,
  options: LayerWalkOptions,
): Promise<WalkResult> {
  const stored = unhashed && options.verify !== true ? undefined : createHash('sha256');
  const unpacked = options.verify === true && compression !== 'none' ? createHash('sha256') : undefined;
  const parser = new TarParser(visitor, options);
  const tally = options.tally ?? { bytes: 0 };
  const before = tally.bytes;
  let read = 0;
  let whole = true;
  /** So few bytes tell nothing. */
  const told = () => (read < MAGIC_BYTES ? {} : { compression });
  const onInput = (chunk: Uint8Array): void => {
    stored?.update(chunk);
    read += chunk.length;
    options.onProgress?.(chunk.length);
  };
  const onOutput = (chunk: Buffer): Promise<void> | undefined => {
    unpacked?.update(chunk);
    tally.bytes += chunk.length;
    parser.push(chunk);
    return parser.waiting;
  };
  try {
    if (compression === 'none') {
      await passOn(input as AsyncIterable<Uint8Array>, onInput, onOutput, options);
    } else {
      const { limits, signal } = options;
      const { trailing } = await decompress(input, compression, onOutput, {
        limits,
        ...(signal && { signal }),
        onInput,
      });
      if (trailing > 0)
        visitor.problem('layer.trailing-bytes', 'bytes that no runtime reads follow the compressed data');
    }
  } catch (error) {
    whole = false;
    if (error instanceof LimitError) {
      visitor.problem('layer.limit', error.message);
      return { bytes: tally.bytes - before, ...told() };
    }
    if (error instanceof FormatError) visitor.problem(damageCodes[error.reason], error.message);
    else throw error;
  }
  parser.end();
  if (parser.waiting !== undefined) await parser.waiting;
  const all = whole || read === size;
  const digest = all && stored && `sha256:${stored.digest('hex')}`;
  const diffId = compression === 'none' ? digest : whole && unpacked && `sha256:${unpacked.digest('hex')}`;
  return {
    bytes: tally.bytes - before,
    ...told(),
    ...(digest && { digest }),
    ...(all && { stored: read }),
    ...(diffId && { diffId }),
  };
}

/** An uncompressed stream. It is read to its end also behind the end of the archive: its digest counts. */
async function passOn(
  input: AsyncIterable<Uint8Array>,
  onInput: (chunk: Uint8Array) => void,
  onOutput: (chunk: Buffer) => Promise<void> | undefined,
  { limits, signal }: LayerWalkOptions,
): Promise<void> {
  let bytes = 0;
  for await (const chunk of input) {
    signal?.throwIfAborted();
    onInput(chunk);
    bytes += chunk.length;
    if (bytes > limits.layerBytes) throw new LimitError(`it has more than ${limits.layerBytes} bytes`);
    const pending = onOutput(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (pending !== undefined) await pending;
  }
}

/** What damage of compressed data is, in a report. */
export const damageCodes = {
  damaged: 'layer.damaged',
  truncated: 'layer.truncated',
  unsupported: 'image.layer-unreadable',
} as const satisfies Record<FormatReason, ProblemCode>;
