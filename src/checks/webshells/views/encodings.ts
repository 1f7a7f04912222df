const sextets = new Int8Array(256).fill(-1);
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
for (let i = 0; i < 64; i++) sextets[alphabet.charCodeAt(i)] = i;
sextets[0x2d] = 62;
sextets[0x5f] = 63;

const nibbles = new Int8Array(256).fill(-1);
for (let i = 0; i < 16; i++) {
  const digit = i.toString(16).charCodeAt(0);
  nibbles[digit] = i;
  if (i > 9) nibbles[digit - 32] = i;
}

const rotated = new Uint8Array(256);
for (let c = 0; c < 256; c++) {
  const folded = c | 0x20;
  const isLetter = c < 0x80 && folded >= 0x61 && folded <= 0x7a;
  rotated[c] = isLetter ? c + (folded < 0x6e ? 13 : -13) : c;
}

/** The values of base64 whose letters are moved. */
const rotatedSextets = sextets.map((_, c) => sextets[rotated[c]!]!);

/** The value of a hexadecimal digit, or -1. */
export function nibble(byte: number | undefined): number {
  return byte === undefined ? -1 : nibbles[byte]!;
}

/** How the characters of base64 stand in a text: forward, from the last to the first, or with letters moved by 13. */
export type Base64Order = 'forward' | 'reversed' | 'rotated';

/** Decodes base64 of either alphabet. What is not of it is passed over, as PHP does. */
export function decodeBase64(text: Uint8Array, order: Base64Order = 'forward'): Buffer {
  const out = Buffer.allocUnsafe(((text.length * 3) >>> 2) + 3);
  return out.subarray(0, decodeBase64Into(out, text, 0, text.length, order));
}

/** The same for a part of a text, into memory that has room for it. Returns how many bytes came out. */
export function decodeBase64Into(
  out: Uint8Array,
  text: Uint8Array,
  from: number,
  to: number,
  order: Base64Order,
): number {
  const values = order === 'rotated' ? rotatedSextets : sextets;
  const step = order === 'reversed' ? -1 : 1;
  let at = order === 'reversed' ? to - 1 : from;
  let o = 0;
  let held = 0;
  let bits = 0;
  for (let left = to - from; left > 0; left--, at += step) {
    const sextet = values[text[at]!]!;
    if (sextet < 0) continue;
    bits = ((bits << 6) | sextet) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out[o++] = bits >>> held;
    }
  }
  return o;
}

/** Decodes pairs of hexadecimal digits; white space between them is passed over, anything else ends the text. */
export function decodeHex(text: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(text.length >>> 1);
  let o = 0;
  for (let i = 0; i + 1 < text.length; ) {
    const high = nibble(text[i]);
    const low = nibble(text[i + 1]);
    if (high < 0) {
      if (text[i]! > 0x20) break;
      i++;
      continue;
    }
    if (low < 0) break;
    out[o++] = (high << 4) | low;
    i += 2;
  }
  return out.subarray(0, o);
}

/** Decodes `%XX` of a URL, and `%uXXXX` as JavaScript's `escape` writes it where that is Latin-1. Other bytes stay. */
export function decodePercent(text: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(text.length);
  let o = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === 0x25) {
      const isLong = (text[i + 1]! | 0x20) === 0x75 && text[i + 2] === 0x30 && text[i + 3] === 0x30;
      const at = isLong ? i + 4 : i + 1;
      const high = nibble(text[at]);
      const low = nibble(text[at + 1]);
      if (high >= 0 && low >= 0) {
        out[o++] = (high << 4) | low;
        i = at + 1;
        continue;
      }
    }
    out[o++] = c;
  }
  return out.subarray(0, o);
}

/** ROT13. */
export function rotate(text: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(text.length);
  for (let i = 0; i < text.length; i++) out[i] = rotated[text[i]!]!;
  return out;
}

/** Bytes of a text in an encoding of its own are believed to be one if there are so many. */
const ENOUGH = 48;

/**
 * Whether at least nine bytes of ten are of a text: printable ASCII, white space, sequences of UTF-8. Where other bytes
 * from 0x80 on are many, as in Chinese of an older encoding: seven of ten, and next to no control characters.
 */
export function isPrintable(bytes: Uint8Array, length = bytes.length): boolean {
  const most = (3 * length) / 10;
  let controls = 0;
  let high = 0;
  for (let i = 0; i < length; i++) {
    const c = bytes[i]!;
    if (c >= 0x20 ? c < 0x7f : c >= 0x09 && c <= 0x0d) continue;
    const more = c >= 0xc2 && c <= 0xdf ? 1 : c >= 0xe0 && c <= 0xef ? 2 : 0;
    if (more > 0 && (bytes[i + 1]! & 0xc0) === 0x80 && (more === 1 || (bytes[i + 2]! & 0xc0) === 0x80)) i += more;
    else {
      if (c > 0x7f) high++;
      else controls++;
      if (controls + high > most) return false;
    }
  }
  if (length === 0) return false;
  if ((controls + high) * 10 <= length) return true;
  return length >= ENOUGH && controls * 50 <= length;
}

/** Whether all bytes are printable ASCII or white space. */
export function isPlain(bytes: Uint8Array, length: number): boolean {
  for (let i = 0; i < length; i++) {
    const c = bytes[i]!;
    if (!(c >= 0x20 ? c < 0x7f : c >= 0x09 && c <= 0x0d)) return false;
  }
  return true;
}
