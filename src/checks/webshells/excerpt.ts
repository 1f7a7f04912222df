import { lineNumbers } from '../../contents/line-numbers.ts';
import { markOffsets } from './marks.ts';
import { tokenRoom } from './tokens.ts';

/** What is read of a text. */
export interface Excerpt {
  readonly bytes: Uint8Array;
  /** The line of the text, from 1 on, by offset in the bytes. */
  lineOf(offset: number): number;
}

/** A longer text is read in parts. */
export const excerptBytes = 2 * 1024 * 1024;

/** Bytes at each end, of a block between them, and how many of those. */
const END = 512 * 1024;
const BLOCK = 16 * 1024;
const BLOCKS = 32;
/** Bytes whose tokens are held at a time. */
const PIECE = 256 * 1024;

/**
 * What is read of a text: all of it up to 2 MiB; of a longer one its first and its last 512 kB, and between them the 32
 * blocks of 16 kB in which most words stand that handle requests, run code or decode, in their order.
 */
export function excerptOf(text: Uint8Array): Excerpt {
  const lineOf = lineNumbers(text);
  if (text.length <= excerptBytes) return { bytes: text, lineOf };
  const parts = [
    { from: 0, to: END },
    ...densestBlocks(text, END, text.length - END),
    { from: text.length - END, to: text.length },
  ];
  const bytes = new Uint8Array(parts.reduce((sum, { from, to }) => sum + to - from + 1, 0));
  const starts: number[] = [];
  let o = 0;
  for (const { from, to } of parts) {
    starts.push(o);
    bytes.set(text.subarray(from, to), o);
    o += to - from;
    bytes[o++] = 0x0a;
  }
  return {
    bytes,
    lineOf: (offset) => {
      const part = Math.max(
        0,
        starts.findLastIndex((start) => start <= offset),
      );
      return lineOf(Math.min(parts[part]!.from + offset - starts[part]!, parts[part]!.to));
    },
  };
}

function densestBlocks(text: Uint8Array, from: number, to: number): { readonly from: number; readonly to: number }[] {
  const counts = new Uint32Array(Math.ceil((to - from) / BLOCK));
  const room = tokenRoom(PIECE);
  for (let at = from; at < to; at += PIECE) {
    for (const offset of markOffsets(text.subarray(at, Math.min(at + PIECE, to)), room)) {
      counts[Math.floor((at + offset - from) / BLOCK)]!++;
    }
  }
  return [...counts.keys()]
    .filter((block) => counts[block]! > 0)
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, BLOCKS)
    .sort((a, b) => a - b)
    .map((block) => ({ from: from + block * BLOCK, to: Math.min(from + (block + 1) * BLOCK, to) }));
}
