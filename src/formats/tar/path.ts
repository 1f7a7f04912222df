import { isUtf8 } from 'node:buffer';

const HEX: Buffer = Buffer.from('0123456789abcdef');

/** Text of a name in an archive: UTF-8 where it is valid, otherwise with `\xNN` for each byte that is no ASCII. */
export function decodeName(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  // Not by joining texts: of 60 MiB that takes 4 GB and half a minute.
  const text = Buffer.allocUnsafe(bytes.length * 4);
  let length = 0;
  for (const byte of bytes) {
    if (byte < 0x80) text[length++] = byte;
    else {
      text[length] = 0x5c;
      text[length + 1] = 0x78;
      text[length + 2] = HEX[byte >> 4] as number;
      text[length + 3] = HEX[byte & 15] as number;
      length += 4;
    }
  }
  return text.toString('latin1', 0, length);
}

/** A member name as a path below the root of the image. */
export interface NormalPath {
  readonly path: string;
  /** The name tried to climb over the root. */
  readonly escapes: boolean;
}

const plain = (path: string): NormalPath => ({ path, escapes: false });

/**
 * Brings a member name into the form that the rest of the program uses: no leading or trailing slash, no empty, `.`
 * or `..` parts. `..` ends at the root, as it does for a runtime that unpacks into a changed root.
 */
export function normalisePath(name: string): NormalPath {
  let start = 0;
  let end = name.length;
  if (name.startsWith('./')) start = 2;
  while (name.charCodeAt(start) === 0x2f) start++;
  while (end > start && name.charCodeAt(end - 1) === 0x2f) end--;
  const cut = start === 0 && end === name.length ? name : name.slice(start, end);
  if (!cut.includes('/.') && !cut.includes('//') && cut.charCodeAt(0) !== 0x2e) return plain(cut);
  const parts: string[] = [];
  let escapes = false;
  for (const part of cut.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) escapes = true;
  }
  const path = parts.join('/');
  return escapes ? { path, escapes } : plain(path);
}
