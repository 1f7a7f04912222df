import { nibble } from './encodings.ts';

/** A byte that an escape stands for, and where the escape ends. */
export interface Escape {
  readonly byte: number;
  readonly end: number;
}

/**
 * Reads an escape at a backslash: `\x41`, `\101`, `\u0041`, `\u{41}`. Undefined where it is another one, or stands for
 * something that is no printable ASCII.
 *
 * @param any any byte will do
 */
export function readEscape(text: Uint8Array, at: number, end: number, any: boolean): Escape | undefined {
  const kind = text[at + 1]!;
  let i = at + 2;
  let value = 0;
  if (at + 1 >= end) return undefined;
  if (kind >= 0x30 && kind <= 0x37) {
    const stop = Math.min(end, at + 4);
    for (i = at + 1; i < stop && text[i]! >= 0x30 && text[i]! <= 0x37; i++) value = value * 8 + text[i]! - 0x30;
    if (i - at < 3 && !any) return undefined;
  } else if (kind === 0x78 || kind === 0x75) {
    const isBraced = text[i] === 0x7b;
    if (isBraced) i++;
    // Java takes any number of u.
    else if (kind === 0x75) while (i < end && i < at + 16 && text[i] === 0x75) i++;
    const stop = Math.min(end, i + (isBraced ? 8 : kind === 0x78 ? 2 : 4));
    const first = i;
    for (; i < stop && nibble(text[i]) >= 0; i++) value = value * 16 + nibble(text[i]);
    if (i === first || (kind === 0x75 && !isBraced && i - first < 4)) return undefined;
    if (isBraced && text[i++] !== 0x7d) return undefined;
  } else {
    return undefined;
  }
  if (i > end) return undefined;
  if (any ? value > 0xff : value < 0x20 || value > 0x7e) return undefined;
  return { byte: value, end: i };
}
