/** Characters of an excerpt. */
const MOST = 40;
/** Bytes of the same line before the place that are shown with it. */
const BEFORE = 16;

/**
 * A few characters of a file for a report: printable ASCII as it is, everything else escaped, a backslash doubled. Begins
 * on the line of the place, a little before it, and ends with the line behind the match at the latest. Never more than
 * 40 characters: less than a script of one line that runs what it is sent, and less than test strings of virus scanners,
 * which would take the report away.
 * @param offset bytes from the start, where something matched
 * @param length bytes that matched
 */
export function excerpt(bytes: Uint8Array, offset: number, length: number): string {
  let from = Math.min(Math.max(offset, 0), bytes.length);
  while (from > 0 && offset - from < BEFORE && isPrintable(bytes[from - 1] as number)) from--;
  let text = '';
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (at >= offset + length && (byte === 0x0a || byte === 0x0d || byte === 0)) break;
    const shown = escapes[byte] as string;
    if (text.length + shown.length > MOST) break;
    text += shown;
  }
  return text;
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

const named: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' };
const escapes: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) =>
    named[byte] ?? (isPrintable(byte) ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`),
);
