import { FormatError } from '../../errors.ts';
import { decodeName } from '../tar/path.ts';

/** A member of a zip archive, as its central directory describes it. Nothing here was verified. */
export interface ZipEntry {
  /** As it is written; bytes that are no UTF-8 stand as `\xNN`. */
  readonly name: string;
  /** Uncompressed size, as claimed. */
  readonly size: number;
  readonly compressedSize: number;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly crc: number;
  /** By ZipCrypto, or by AES: then `method` is 99. */
  readonly encrypted: boolean;
  /** Where its local header stands, as the directory counts. */
  readonly offset: number;
  /** Permission bits, where a Unix wrote them; 0 where nobody says. */
  readonly mode: number;
  /** What is wrong with the record itself, although the entry can be made out. */
  readonly odd: string | undefined;
}

export const STORED = 0;
export const DEFLATED = 8;

export const CENTRAL_BYTES = 46;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
export const LOCAL_BYTES = 30;
const ABSENT32 = 0xffffffff;
/** Host system of "version made by" whose attributes hold a mode. */
const UNIX = 3;
/** Bits of the general purpose flag: encrypted, and sizes that follow the body. */
const ENCRYPTED = 1;
const DESCRIPTOR = 8;

/** Whether a record of the directory begins here (APPNOTE 6.3.10, section 4.3.12). */
export function isCentral(bytes: Buffer, at: number): boolean {
  return at + 4 <= bytes.length && bytes.readUInt32LE(at) === CENTRAL;
}

/** Bytes that the record takes with its name, extra field and comment. */
export function centralBytes(bytes: Buffer, at: number): number {
  return CENTRAL_BYTES + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
}

/** Reads a record of the directory, all of which is in `bytes`. */
export function readCentral(bytes: Buffer, at: number): ZipEntry {
  const nameEnd = at + CENTRAL_BYTES + bytes.readUInt16LE(at + 28);
  const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
  let size = bytes.readUInt32LE(at + 24);
  let compressedSize = bytes.readUInt32LE(at + 20);
  let offset = bytes.readUInt32LE(at + 42);
  let odd: string | undefined;
  if (size === ABSENT32 || compressedSize === ABSENT32 || offset === ABSENT32) {
    // Zip64 holds only those of the three that do not fit, in this order (section 4.5.3).
    const wide = wideNumbers(bytes.subarray(nameEnd, extraEnd));
    const next = (value: number): number => {
      if (value !== ABSENT32) return value;
      const number = wide();
      if (number === undefined) odd = 'a zip64 field is missing';
      return number ?? value;
    };
    size = next(size);
    compressedSize = next(compressedSize);
    offset = next(offset);
  }
  return {
    name: nameText(bytes, at + CENTRAL_BYTES, nameEnd),
    size,
    compressedSize,
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    encrypted: (bytes.readUInt16LE(at + 8) & ENCRYPTED) !== 0,
    offset,
    mode: centralMode(bytes, at),
    odd,
  };
}

/** Permission bits of a record of the directory; 0 where nobody says. */
export function centralMode(bytes: Buffer, at: number): number {
  return bytes[at + 5] === UNIX ? bytes.readUInt16LE(at + 40) & 0o7777 : 0;
}

function nameText(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\ufffd') ? decodeName(bytes.subarray(start, end)) : text;
}

/** Reads the numbers of a zip64 extra field one after the other; undefined where there is none, or too large a one. */
function wideNumbers(extra: Buffer): () => number | undefined {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2);
  const end = at + 4 <= extra.length ? Math.min(extra.length, at + 4 + extra.readUInt16LE(at + 2)) : 0;
  at += 4;
  return () => {
    if (at + 8 > end) return undefined;
    at += 8;
    const value = extra.readBigUInt64LE(at - 8);
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(value);
  };
}

/** The header in front of a body (section 4.3.7). */
export interface LocalHeader {
  /** Bytes from its beginning to the body. */
  readonly length: number;
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  /** 0 where the sizes follow the body. */
  readonly compressedSize: number;
}

/**
 * @param bytes from the beginning of the header on; where they end within the name, so does the name
 * @throws FormatError where there is no header
 */
export function readLocal(bytes: Buffer): LocalHeader {
  if (bytes.length < LOCAL_BYTES || bytes.readUInt32LE(0) !== LOCAL) throw new FormatError('it has no header');
  const flags = bytes.readUInt16LE(6);
  const nameLength = bytes.readUInt16LE(26);
  const compressedSize = bytes.readUInt32LE(18);
  return {
    length: LOCAL_BYTES + nameLength + bytes.readUInt16LE(28),
    name: nameText(bytes, LOCAL_BYTES, Math.min(bytes.length, LOCAL_BYTES + nameLength)),
    method: bytes.readUInt16LE(8),
    encrypted: (flags & ENCRYPTED) !== 0,
    compressedSize: (flags & DESCRIPTOR) !== 0 || compressedSize === ABSENT32 ? 0 : compressedSize,
  };
}
