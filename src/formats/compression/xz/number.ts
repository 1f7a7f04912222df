import { damaged } from '../damage.ts';

/**
 * An integer of 1 to 9 bytes, 7 bits each, the lowest first (the .xz file format, section 1.2).
 * @throws FormatError where it does not end before `end`, or is beyond what a file can have
 */
export function readNumber(
  bytes: Buffer,
  start: number,
  end: number,
): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let at = start, scale = 1; at < end && at < start + 9; at += 1, scale *= 128) {
    const byte = bytes[at] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      if ((byte === 0 && at > start) || value > Number.MAX_SAFE_INTEGER) break;
      return { value, next: at + 1 };
    }
  }
  throw damaged('an integer of xz');
}
