import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { FormatError } from '../../errors.ts';

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** Bytes of an object of which no more is read. */
export const MOST_OBJECT: number = 64 * 1024 * 1024;
/** Header of a loose object: a type and a size. */
const HEADER_BYTES = 32;

/** The id of an object: SHA-1 of its header and content, hex. */
export function objectId(type: ObjectType, content: Uint8Array): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

/**
 * Inflates a zlib stream that may be followed by other bytes.
 * @param size bytes that it shall have
 * @returns what it holds, and how many bytes it takes
 * @throws FormatError where it is damaged, or holds more
 */
export function inflateObject(
  bytes: Uint8Array,
  size: number,
): { readonly content: Uint8Array; readonly taken: number } {
  try {
    // One byte more, so that a stream that holds more is told from one that holds just this.
    const options = { info: true, maxOutputLength: Math.max(size, 1) } as const;
    const { buffer, engine } = inflateSync(bytes, options) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (buffer.length !== size) throw new FormatError('an object has another size than it says');
    return { content: buffer, taken: engine.bytesWritten };
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`an object cannot be inflated (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** A loose object: one file, a zlib stream with a header in it (gitrepository-layout(5)); undefined where it is none. */
export function readLooseObject(
  bytes: Uint8Array,
): { readonly type: ObjectType; readonly content: Uint8Array } | undefined {
  let whole: Buffer;
  try {
    whole = inflateSync(bytes, { maxOutputLength: MOST_OBJECT + HEADER_BYTES });
  } catch {
    return undefined;
  }
  const zero = whole.subarray(0, HEADER_BYTES).indexOf(0);
  const found = /^(commit|tree|blob|tag) (\d{1,15})$/.exec(whole.toString('latin1', 0, Math.max(0, zero)));
  if (found === null || Number(found[2]) !== whole.length - zero - 1) return undefined;
  return { type: found[1] as ObjectType, content: whole.subarray(zero + 1) };
}
