import { lineCounter } from './lines-of.ts';

/** What is read of a text. */
export interface Excerpt {
  readonly bytes: Uint8Array;
  /** The line of the text, from 1 on, by offset in the bytes. */
  lineOf(offset: number): number;
}

/** A longer text is read in parts. */
export const excerptBytes = 2 * 1024 * 1024;
const HEAD = 512 * 1024;
const TAIL = 512 * 1024;

/**
 * What is read of a text: all of it up to 2 MiB; of a longer one its first and its last 512 kB.
 */
export function excerptOf(text: Uint8Array): Excerpt {
  const lineOf = lineCounter(text);
  if (text.length <= excerptBytes) return { bytes: text, lineOf };
  const bytes = new Uint8Array(HEAD + 1 + TAIL);
  const tail = text.length - TAIL;
  bytes.set(text.subarray(0, HEAD));
  bytes[HEAD] = 0x0a;
  bytes.set(text.subarray(tail), HEAD + 1);
  return { bytes, lineOf: (offset) => lineOf(offset <= HEAD ? offset : tail + offset - HEAD - 1) };
}
