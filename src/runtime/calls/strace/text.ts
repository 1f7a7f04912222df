import { decodeName } from '../../../formats/tar/path.ts';
import { stringEnd } from './scan-line.ts';

const BACKSLASH = 92;
const named: ReadonlyMap<number, number> = new Map(
  [...'abfnrtv'].map((letter, index) => [letter.charCodeAt(0), [7, 8, 12, 10, 13, 9, 11][index]!]),
);

/** A string that strace wrote. */
export interface TracedText {
  readonly text: string;
  /** There was more of it than strace writes. */
  readonly cut: boolean;
}

/**
 * The string between two places, which begin with a quotation mark: `"a\tb"...`. Bytes that are no UTF-8 come as `\xff`.
 * Undefined for what is none: a bare address where the memory could not be read, `NULL`.
 */
export function readText(line: string, start: number, end: number): TracedText | undefined {
  const from = line.charCodeAt(start) === 64 ? start + 1 : start; // `@"name"`: a socket without a file
  if (line.charCodeAt(from) !== 34) return undefined;
  const close = stringEnd(line, from);
  return {
    text: unescapeText(line.slice(from + 1, Math.min(close, end))),
    cut: close >= end || line.startsWith('...', close + 1),
  };
}

/** What strace escaped, as text. */
export function unescapeText(escaped: string): string {
  return escaped.indexOf('\\') < 0 ? escaped : decodeName(unescapeBytes(escaped));
}

/** What strace escaped, as bytes (strace(1), `-x`: C escapes, octal numbers of up to three digits, or `\xNN`). */
export function unescapeBytes(escaped: string): Buffer {
  const bytes = Buffer.allocUnsafe(escaped.length);
  let length = 0;
  for (let at = 0; at < escaped.length; at++) {
    const code = escaped.charCodeAt(at);
    if (code !== BACKSLASH || at + 1 === escaped.length) {
      bytes[length++] = code;
      continue;
    }
    const next = escaped.charCodeAt(++at);
    if (next >= 48 && next <= 55) {
      let value = next - 48;
      for (let digits = 1; digits < 3 && isOctal(escaped.charCodeAt(at + 1)); digits++) {
        value = value * 8 + escaped.charCodeAt(++at) - 48;
      }
      bytes[length++] = value;
    } else if (next === 120) {
      const value = Number.parseInt(escaped.slice(at + 1, at + 3), 16);
      at += 2;
      bytes[length++] = Number.isNaN(value) ? 63 : value;
    } else bytes[length++] = named.get(next) ?? next;
  }
  return bytes.subarray(0, length);
}

function isOctal(code: number): boolean {
  return code >= 48 && code <= 55;
}

/** The strings of a list: `["a", "b"...]`. Undefined where it is none; what is no string in it is passed over. */
export function readTexts(
  line: string,
  start: number,
  end: number,
  maximum: number,
): { texts: string[]; cut: boolean; unread: boolean } | undefined {
  if (line.charCodeAt(start) !== 91) return undefined;
  const texts: string[] = [];
  let cut = false;
  let unread = false;
  for (let at = start + 1; at < end; at++) {
    const code = line.charCodeAt(at);
    if (code === 34) {
      const close = Math.min(stringEnd(line, at), end);
      if (texts.length < maximum) texts.push(unescapeText(line.slice(at + 1, close)));
      else cut = true;
      if (close >= end || line.startsWith('...', close + 1)) cut = true;
      at = close;
    } else if (code === 46) cut = true;
    else if (code === 120) unread = true; // an address instead of a string
  }
  return { texts, cut: cut || line.charCodeAt(end - 1) !== 93, unread };
}
