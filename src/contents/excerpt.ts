import { findSecretsInText } from '../secrets/find-secrets.ts';
import { isSuspect } from '../secrets/may-hold-secrets.ts';
import { plainly } from '../secrets/redact.ts';
import type { SecretMatch } from '../secrets/secret-match.ts';

/** Characters of an excerpt. */
const MOST = 40;
/** Bytes of the same line before the place that are shown with it. */
const BEFORE = 16;
/** Bytes on both sides of it that tell what is a secret in it: an armoured key is as long. */
const AROUND = 4096;

/**
 * A few characters of a file for a report: printable ASCII as it is, everything else escaped, a backslash doubled. Begins
 * on the line of the place, a little before it, and ends with the line behind the match at the latest. Never more than
 * 40 characters: less than a script of one line that runs what it is sent, and less than test strings of virus scanners,
 * which would take the report away. Of a secret it has what may be shown of that.
 * @param offset bytes from the start, where something matched
 * @param length bytes that matched
 */
export function excerpt(bytes: Uint8Array, offset: number, length: number): string {
  let from = Math.min(Math.max(offset, 0), bytes.length);
  while (from > 0 && offset - from < BEFORE && isPrintable(bytes[from - 1] as number)) from--;
  const secrets = secretsAround(bytes, from);
  let text = '';
  for (let at = from; at < bytes.length; ) {
    const byte = bytes[at] as number;
    if (at >= offset + length && (byte === 0x0a || byte === 0x0d || byte === 0)) break;
    const secret = secrets.find(({ start, end }) => start <= at && at < end);
    const shown = secret === undefined ? (escapes[byte] as string) : plainAscii(secret.shown);
    if (text.length + shown.length > MOST) break;
    text += shown;
    at = secret?.end ?? at + 1;
  }
  return text;
}

/** Secrets near a place, by their places in the file. What names a secret may stand before the excerpt. */
function secretsAround(bytes: Uint8Array, at: number): readonly Pick<SecretMatch, 'start' | 'end' | 'shown'>[] {
  const base = Math.max(0, at - AROUND);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + base, Math.min(bytes.length, at + AROUND) - base).toString(
    'latin1',
  );
  if (!isSuspect(text)) return [];
  return findSecretsInText(text, { kind: 'history' })
    .filter(({ end }) => base + end > at)
    .map(({ start, end, shown }) => ({ start: base + start, end: base + end, shown }));
}

function plainAscii(shown: string): string {
  return plainly(shown).replace('…', '...');
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
