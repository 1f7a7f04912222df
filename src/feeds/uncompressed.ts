import { LimitError } from '../errors.ts';
import type { FeedContext } from '../model/feed.ts';

/** Bytes that a document may become, and how often its own size: JSON of one form compresses well. */
const limits = { layerBytes: 4 * 1024 ** 3, ratio: 200, ratioFloorBytes: 64 * 1024 ** 2 };

/**
 * The content of a file that a publisher keeps compressed (`.json.gz`), in pieces. A mirror may serve it undone.
 * @throws FormatError for damaged data
 * @throws LimitError for a bomb
 */
export async function* uncompressed(body: Uint8Array, context: FeedContext): AsyncGenerator<Uint8Array> {
  const { decompressedPieces } = await import('../formats/compression/pieces.ts');
  yield* decompressedPieces(body, { limits, ...(context.signal !== undefined && { signal: context.signal }) });
}

/** Bytes of a document that is held as a whole. */
const WHOLE = 1024 ** 3;

/** The same as a whole. @throws LimitError also for more than 1 GiB */
export async function wholeUncompressed(body: Uint8Array, context: FeedContext): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of uncompressed(body, context)) {
    length += piece.length;
    if (length > WHOLE) throw new LimitError(`the document has more than ${WHOLE} bytes`);
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces);
}
