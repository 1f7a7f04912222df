/** How an escape of JSON, JavaScript or Java begins that stands for a character of ASCII (RFC 8259, section 7). */
export const ESCAPE = '\\u00';

/** Characters before the first escape of a piece, within its line. */
const BEFORE = 300;
/** Characters from it on. */
const BEHIND = 4000;
/** Characters of the end of a piece that the next one has, too: a secret may go on there. */
const SHARED = 1000;

/** Whether behind the beginning of an escape stand the digits of a character that can be seen. */
export function mayBeEscape(bytes: Uint8Array, at: number): boolean {
  const [first = 0, second = 0] = [bytes[at], bytes[at + 1]];
  return first >= 0x32 && first <= 0x37 && isHexDigit(second);
}

function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}

/** A piece of a text without its escapes. */
export interface UnescapedText {
  readonly plain: string;
  /** Index in the text from which on another piece is asked for. */
  readonly next: number;
  /** Where in the text a character of `plain` is written. */
  placeOf(index: number): number;
  /** Whether one of the characters from `start` to `end` in `plain` is written as an escape. */
  isEscaped(start: number, end: number): boolean;
}

const escapes = /\\u00([2-7][0-9a-fA-F])/g;
const lineEnd = /[\n\r\0]/;

/** The part of a line round an escape, of bounded length. */
export function unescapedAround(text: string, at: number): UnescapedText {
  const before = text.slice(Math.max(0, at - BEFORE), at);
  const from =
    at - before.length + Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'), before.lastIndexOf('\0')) + 1;
  const behind = text.slice(at, at + BEHIND);
  const length = behind.search(lineEnd);
  const end = at + (length < 0 ? behind.length : length);
  let plain = '';
  /** Of each escape, where it stands in `plain`. */
  const places: number[] = [];
  let done = from;
  for (const found of text.slice(from, end).matchAll(escapes)) {
    plain += text.slice(done, from + found.index);
    places.push(plain.length);
    plain += String.fromCharCode(Number.parseInt(found[1]!, 16));
    done = from + found.index + found[0].length;
  }
  plain += text.slice(done, end);
  const countTo = (index: number): number => {
    let low = 0;
    for (let high = places.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (places[middle]! < index) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    plain,
    next: length < 0 && behind.length === BEHIND ? end - SHARED : end,
    placeOf: (index) => from + index + 5 * countTo(index),
    isEscaped: (start, stop) => countTo(stop) > countTo(start),
  };
}
