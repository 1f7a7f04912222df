import { FileSource, readBytes } from '../formats/byte-source.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { LayerContent } from './content.ts';
import { StreamLayer } from './stream-layer.ts';
import { TarLayer } from './tar-layer.ts';

const PIECE = 1024 * 1024;

/** The layer as it is stored, whatever its compression; undefined where it is no archive, or one of another form than Docker's. */
export function storedBytes(content: LayerContent, signal: AbortSignal): AsyncIterable<Uint8Array> | undefined {
  if (content instanceof StreamLayer) return content.stream.open(signal);
  if (!(content instanceof TarLayer)) return undefined;
  const { seekable, place } = content;
  if (seekable !== undefined) return piecesOf(seekable, signal);
  return place && piecesOf(new FileSource(place.descriptor, place.start, place.size), signal);
}

/** All bytes of a source, in pieces that are the caller's to keep. */
export async function* piecesOf(source: ByteSource, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  for (let position = 0; position < source.size; ) {
    signal.throwIfAborted();
    const piece = readBytes(source, position, PIECE);
    if (piece.length === 0) return;
    position += piece.length;
    yield piece;
  }
}
