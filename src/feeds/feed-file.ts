import { LimitError } from '../errors.ts';
import type { FeedFile } from '../model/feed.ts';

/** Bytes of a file of the offline layout that is read as a whole. */
const MAXIMUM = 1024 * 1024 * 1024;

/** Reads a whole file. @throws LimitError if it is larger than 1 GiB */
export async function wholeFile(file: FeedFile): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of file.chunks()) {
    length += chunk.length;
    if (length > MAXIMUM) throw new LimitError(`${file.path} has more than ${MAXIMUM} bytes`);
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}
