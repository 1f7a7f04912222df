import { FormatError } from '../errors.ts';

/** Longest line that is gathered. */
const MAXIMUM_LINE = 64 * 1024 * 1024;

/**
 * Splits pieces of text into lines of bytes, without their ends (LF or CR LF). Blank lines are left out.
 * A line is valid until the next one is asked for.
 * @throws FormatError if a line is longer than 64 MiB
 */
export async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let held = 0;
  for await (const piece of chunks) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      const part = chunk.subarray(start, end);
      const line = trimmed(held === 0 ? part : Buffer.concat([...rest, part]));
      rest = [];
      held = 0;
      start = end + 1;
      if (line.length > 0) yield line;
    }
    if (start < chunk.length) {
      // The reader of the file may use the piece's memory again.
      rest.push(Buffer.from(chunk.subarray(start)));
      held += chunk.length - start;
      if (held > MAXIMUM_LINE) throw new FormatError(`a line is longer than ${MAXIMUM_LINE} bytes`);
    }
  }
  const last = trimmed(Buffer.concat(rest));
  if (last.length > 0) yield last;
}

function trimmed(line: Buffer): Buffer {
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
}
