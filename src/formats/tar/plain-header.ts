import { BLOCK } from './member.ts';

const FILE = 0x30;
const DIRECTORY = 0x35;
const SLASH = 0x2f;

/**
 * A header with nothing special in it, as numbers and as the place of its name: nearly every member of a layer has one,
 * and most of them nobody wants. One object is used again for all of them, so it is valid during the call only.
 */
export class PlainHeader {
  /** Holds the name: `bytes` from `start` to `end`, ASCII, with no slash at its end. */
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  /** Where the last part of the name begins. */
  name = 0;
  directory: boolean = false;
  /** Bytes of the body; 0 for a directory. */
  size = 0;
  mode = 0;
  uid = 0;
  gid = 0;
  /** Position of the body in the archive. */
  offset = 0;

  /**
   * Reads the header at `start` of `bytes`. Whatever is not as plain as can be is left to the parser that knows all
   * forms: other types, prefixes, names that are no ASCII, numbers of other forms, a wrong checksum.
   * @param words the same bytes as numbers of four bytes; `start` is a multiple of four
   * @param offset where the body stands in the archive
   * @returns false where it is not plain: nothing here means anything then
   */
  read(bytes: Buffer, words: Int32Array, start: number, offset: number): boolean {
    const type = bytes[start + 156];
    if ((type !== FILE && type !== DIRECTORY) || bytes[start + 345] !== 0) return false;
    const size = octal(bytes, start + 124, 12);
    const mode = octal(bytes, start + 100, 8);
    const uid = octal(bytes, start + 108, 8);
    const gid = octal(bytes, start + 116, 8);
    const sum = octal(bytes, start + 148, 8);
    if (size < 0 || mode < 0 || uid < 0 || gid < 0 || sum !== checksum(bytes, words, start)) return false;
    this.directory = type === DIRECTORY;
    if (!this.#takeName(bytes, start)) return false;
    this.bytes = bytes;
    this.start = start;
    this.size = this.directory ? 0 : size;
    this.mode = mode & 0o7777;
    this.uid = uid;
    this.gid = gid;
    this.offset = offset;
    return true;
  }

  #takeName(bytes: Buffer, start: number): boolean {
    let name = start;
    let end = start;
    for (const stop = start + 100; end < stop; end++) {
      const byte = bytes[end] as number;
      if (byte === 0) break;
      if (byte >= 0x80) return false;
      if (byte === SLASH) name = end + 1;
    }
    if (name === end && this.directory) {
      // The slash with which names of directories end.
      end--;
      name = end;
      while (name > start && bytes[name - 1] !== SLASH) name--;
    }
    // No name, or one that means another place.
    if (name >= end || (bytes[name] === 0x2e && end - name <= 2)) return false;
    this.name = name;
    this.end = end;
    return true;
  }
}

/** An octal number as nearly every program writes it, or -1. Nothing but NULs is 0. */
function octal(bytes: Buffer, start: number, length: number): number {
  let value = 0;
  for (let i = start; i < start + length; i++) {
    const byte = bytes[i] as number;
    const digit = byte - 0x30;
    if (digit < 0 || digit > 7) {
      if (i > start) return byte === 0 || byte === 0x20 ? value : -1;
      return byte === 0 && isZero(bytes, start, length) ? 0 : -1;
    }
    value = value * 8 + digit;
  }
  return value;
}

function isZero(bytes: Buffer, start: number, length: number): boolean {
  for (let i = start; i < start + length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** Sum of the bytes with blanks in place of the checksum. Two sums in one word: at most 128 * 2 * 255 fits in 16 bits. */
function checksum(bytes: Buffer, words: Int32Array, start: number): number {
  let lanes = 0;
  const first = start >> 2;
  for (let i = first; i < first + BLOCK / 4; i++) {
    const word = words[i] as number;
    lanes += (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff);
  }
  let sum = (lanes & 0xffff) + (lanes >>> 16);
  for (let i = start + 148; i < start + 156; i++) sum += 0x20 - (bytes[i] as number);
  return sum;
}
