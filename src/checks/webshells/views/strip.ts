import type { Spans } from './spans.ts';

/** A text without comments. */
export interface StrippedText {
  readonly bytes: Buffer;
  /** Pairs of offsets in it: where each literal begins, quotes and all, and where it ends. */
  readonly literals: readonly number[];
}

/**
 * Takes the comments out of a text and folds white space: what is left of a run of it, or of a comment, is one line
 * feed where it has one, else one space. At the beginning and the end nothing is left of it.
 *
 * @param origins if given, filled with the offset in `text` of each byte that is made
 */
export function stripComments(text: Uint8Array, { cuts, literals }: Spans, origins?: Int32Array): StrippedText {
  const end = text.length;
  const out = Buffer.allocUnsafe(end);
  const moved: number[] = new Array(literals.length);
  let o = 0;
  let i = 0;
  let cut = 0;
  let edge = 0;
  /** White space that is due before the next byte: 0, a space or a line feed. */
  let gap = 0;
  while (i < end) {
    if (i === cuts[cut]) {
      i = cuts[cut + 1]!;
      cut += 2;
      if (gap === 0) gap = 0x20;
      continue;
    }
    while (edge < literals.length && literals[edge]! <= i) {
      // A literal begins with its quote and ends behind it: white space around it is not its own.
      if (gap !== 0 && (edge & 1) === 0) {
        if (o > 0) {
          if (origins !== undefined) origins[o] = i;
          out[o++] = gap;
        }
        gap = 0;
      }
      moved[edge++] = o;
    }
    let stop = end;
    if (cut < cuts.length) stop = cuts[cut]!;
    if (edge < literals.length && literals[edge]! < stop) stop = literals[edge]!;
    while (i < stop) {
      let c = text[i]!;
      if (c > 0x20) {
        if (gap !== 0) {
          if (o > 0) {
            if (origins !== undefined) origins[o] = i;
            out[o++] = gap;
          }
          gap = 0;
        }
        do {
          if (origins !== undefined) origins[o] = i;
          out[o++] = c;
          i++;
          if (i === stop) break;
          c = text[i]!;
        } while (c > 0x20);
      } else {
        if (c === 0x0a || c === 0x0d) gap = 0x0a;
        else if (gap === 0) gap = 0x20;
        i++;
      }
    }
  }
  while (edge < literals.length) moved[edge++] = o;
  return { bytes: out.subarray(0, o), literals: moved };
}
