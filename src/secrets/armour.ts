import { derKeyKind } from './der.ts';
import { type OpenPgpKey, openPgpKey } from './open-pgp.ts';

/** Characters of a key in base 64 that are looked at: RSA of 16,384 bits has 13,000. */
export const MOST_KEY: number = 16 * 1024;

/** A private key between lines of dashes, as far as it could be read. */
export interface ArmouredKey {
  /** `RSA PRIVATE KEY`. */
  readonly label: string;
  /** Where its first line begins, and where its last one ends. */
  readonly start: number;
  readonly end: number;
  readonly isEncrypted: boolean;
  /** It was read to its end; otherwise it is cut off. */
  readonly isWhole: boolean;
  /** Its bytes in base 64 without line ends. */
  readonly body: string;
}

const BEGIN = '-----BEGIN ';

/**
 * Reads the key whose first line has its label at `at`. Line ends may be written as other languages do: `\n`, with quotes
 * and signs between, behind marks of comments, with spaces for line ends as shells make it.
 */
export function armouredKeyAt(text: string, at: number): ArmouredKey | undefined {
  const lineStart = Math.max(0, at - 40);
  const begin = text.slice(lineStart, at).lastIndexOf(BEGIN);
  if (begin < 0) return undefined;
  const start = lineStart + begin;
  const from = at + text.slice(at, at + 40).indexOf('-----') + 5;
  const label = text.slice(start + BEGIN.length, from - 5);
  if (from < at + 5 || !/^(?:[A-Z0-9 ]{0,30} )?PRIVATE KEY(?: BLOCK)?$/.test(label)) return undefined;
  // Up to the next dashes, whatever they begin: no character is looked at for two keys.
  const rest = text.slice(from, from + MOST_KEY);
  const dashes = rest.indexOf('-----');
  const stop = rest.startsWith('-----END', dashes) ? dashes : -1;
  if (dashes >= 0 && stop < 0 && dashes < 200) return undefined;
  const inner = dashes < 0 ? rest : rest.slice(0, dashes);
  const hasHeaders = /Proc-Type|DEK-Info/.test(inner.slice(0, 200));
  const isEncrypted = label.startsWith('ENCRYPTED') || /Proc-Type:\s?4,\s?ENCRYPTED/.test(inner.slice(0, 200));
  const body = base64Of(hasHeaders || label.startsWith('PGP') ? withoutHeaders(inner) : inner, stop < 0);
  if (body === undefined || body.length < 40) return undefined;
  const end = stop < 0 ? from + inner.length : endOfLine(text, from + stop);
  const bytes = Buffer.from(body, 'base64');
  const found = { label, start, end: stop < 0 ? from + lengthOfBase64(inner) : end, body };
  if (stop < 0) {
    // Cut off: what there is of it must begin as a key does.
    const isKey = bytes[0] === 0x30 || bytes.toString('latin1', 0, 14) === OPENSSH;
    return isKey && bytes.length >= 96 ? { ...found, isEncrypted, isWhole: false } : undefined;
  }
  if (label.startsWith('PGP')) {
    const key: OpenPgpKey | undefined = openPgpKey(bytes);
    return key === undefined ? undefined : { ...found, isEncrypted: key === 'encrypted', isWhole: true };
  }
  // Under a password of the old form the bytes are noise; so many of them are no text of a manual.
  if (isEncrypted && hasHeaders) return bytes.length >= 64 ? { ...found, isEncrypted, isWhole: true } : undefined;
  const kind = openSshKind(bytes) ?? derKeyKind(bytes);
  return kind === undefined ? undefined : { ...found, isEncrypted: kind === 'encrypted', isWhole: true };
}

function endOfLine(text: string, at: number): number {
  const dashes = text.indexOf('-----', at + 8);
  return dashes < 0 || dashes - at > 60 ? at + 8 : dashes + 5;
}

const OPENSSH = 'openssh-key-v1';

/** A key of OpenSSH (PROTOCOL.key): a mark, the name of the cipher, which is `none` of one without a password. */
function openSshKind(bytes: Buffer): 'plain' | 'encrypted' | undefined {
  if (bytes.toString('latin1', 0, 14) !== OPENSSH || bytes.length < 60) return undefined;
  const length = bytes.readUInt32BE(15);
  if (length > 64) return undefined;
  return bytes.toString('latin1', 19, 19 + length) === 'none' ? 'plain' : 'encrypted';
}

/** Behind the cipher of an old form; of OpenPGP, behind the empty line that ends headers. */
function withoutHeaders(text: string): string {
  const cipher = /DEK-Info:\s?[A-Za-z0-9-]{1,40},[0-9A-Fa-f]{8,64}/.exec(text.slice(0, 400));
  if (cipher !== null) return text.slice(cipher.index + cipher[0].length);
  const blank = /(?:\r?\n|\\+r\\+n|\\+n)[ \t]{0,40}(?:\r?\n|\\+r\\+n|\\+n)/.exec(text.slice(0, 1000));
  return blank === null ? text : text.slice(blank.index + blank[0].length);
}

/** What is base 64 in a text that has, besides, only what languages put between lines; nothing, if it has more. */
function base64Of(text: string, isCut: boolean): string | undefined {
  const written = text
    // Line ends of other languages, the checksum of OpenPGP.
    .replace(/\\+[nrt]|\\u000[aAdD]|&#(?:10|13|xA|xD);|%0[AaDd]/g, '\n')
    .replace(/\n=[A-Za-z0-9+/]{4}\s*$/, '')
    // The end of one string and the beginning of the next, marks of comments and quotations.
    .replace(/["'`][\s+.,;\\]{0,200}["'`]/g, '')
    .replace(/\n[ \t]{0,40}(?:[#*|>]+|\/\/ )[ \t]?/g, '\n');
  const kept = (isCut ? written.slice(0, lengthOfBase64(written)) : written).replace(/[\s"'`,;)\\]/g, '');
  return /^[A-Za-z0-9+/]*={0,3}$/.test(kept) ? kept : undefined;
}

/** Up to where a text may be base 64 with line ends. */
function lengthOfBase64(text: string): number {
  const other = /[^A-Za-z0-9+/=\s"'`,\\]/.exec(text);
  return other === null ? text.length : other.index;
}
