import { FormatError } from '../../errors.ts';
import { defaultLimits } from '../../limits.ts';
import type { CompressionLimits } from './budget.ts';
import { detectCompression, MAGIC_BYTES } from './detect.ts';

/** Compressed bytes that are handed over at once: what they become is what is held. */
const PIECE = 64 * 1024;

export interface PiecesOptions {
  /** Default: a document may have 8 GiB, and 1,000 times its compressed size. */
  readonly limits?: CompressionLimits;
  readonly signal?: AbortSignal;
}

/** Text compresses far better than the layers of images do. */
const generous: CompressionLimits = { ...defaultLimits, layerBytes: 8 * 1024 ** 3, ratio: 1000 };

/**
 * The bytes of a body piece by piece, decompressed where they begin as gzip, zstd, bzip2 or xz do. The next piece is
 * decompressed only when it is asked for, so that no more than a few are in memory. Each is the caller's to keep.
 * @throws FormatError for damaged or truncated data, and where something follows it
 * @throws LimitError for a bomb
 */
export async function* decompressedPieces(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  options: PiecesOptions = {},
): AsyncGenerator<Buffer> {
  const { head, pieces } = await opened(body);
  const compression = detectCompression(head);
  if (compression === 'none') {
    yield* pieces;
    return;
  }
  const { decompress } = await import('./decompress.ts');
  const ready: Buffer[] = [];
  let stopped = false;
  let asked = Promise.withResolvers<void>();
  let granted = Promise.withResolvers<void>();
  // Asks for more input only after what the last one became was taken.
  async function* turns(): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      if (ready.length > 0 && !stopped) {
        asked.resolve();
        await granted.promise;
      }
      if (stopped) return;
      yield piece;
    }
  }
  let end: { readonly trailing: number } | { readonly error: unknown } | undefined;
  const { limits = generous, signal } = options;
  const finished = decompress(turns(), compression, (chunk) => ready.push(Buffer.from(chunk)), {
    limits,
    ...(signal !== undefined && { signal }),
  }).then(
    (result) => (end = result),
    (error: unknown) => (end = { error }),
  );
  try {
    for (;;) {
      await Promise.race([asked.promise, finished]);
      yield* ready.splice(0);
      if (end !== undefined) break;
      const before = granted;
      asked = Promise.withResolvers();
      granted = Promise.withResolvers();
      before.resolve();
    }
    if ('error' in end) throw end.error;
    if (end.trailing > 0) throw new FormatError(`${end.trailing} bytes follow the compressed data`);
  } finally {
    stopped = true;
    granted.resolve();
    await finished;
  }
}

/** The first bytes, and everything in pieces of a bearable size. */
async function opened(
  body: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Uint8Array; readonly pieces: AsyncIterable<Buffer> }> {
  if (body instanceof Uint8Array) return { head: body.subarray(0, MAGIC_BYTES), pieces: cut([body]) };
  const iterator = body[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let length = 0;
  while (length < MAGIC_BYTES) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    first.push(Buffer.from(value));
    length += value.length;
  }
  const head = Buffer.concat(first);
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield head;
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  }
  return { head, pieces: cut(all()) };
}

async function* cut(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      yield Buffer.from(chunk.buffer, chunk.byteOffset + at, Math.min(PIECE, chunk.length - at));
    }
  }
}
