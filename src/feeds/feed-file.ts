import { LimitError } from '../errors.ts';
import type { FeedFile } from '../model/feed.ts';

/** Bytes of a file of the offline layout that is read as a whole. */
const MAXIMUM = 1024 * 1024 * 1024;

/** Bytes of a document that is read as one text: a longer one than V8 can hold would be an error of the program. */
const TEXT = 256 * 1024 * 1024;

/** The text of a body. @throws LimitError if it has more than 256 MiB */
export function wholeText(body: Uint8Array, what: string): string {
  if (body.length > TEXT) throw new LimitError(`${what} has more than ${TEXT} bytes`);
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

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
