import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { isCentral } from './entry.ts';

/** Where a directory of a zip archive stands, as a record at its end says it. */
export interface ZipEnd {
  /** Members, as claimed. */
  readonly count: number;
  /** Position of the directory in the archive, where it really is. */
  readonly start: number;
  /** Bytes of the directory, as claimed. */
  readonly size: number;
  /** Where the end record begins: the directory cannot go further. */
  readonly limit: number;
  /** What must be added to every position that the archive states: bytes in front of it that it does not know of. */
  readonly shift: number;
  /** Bytes that follow the record and are not its comment; less than nothing where the comment is cut short. */
  readonly trailing: number;
}

const END = Buffer.from('PK\x05\x06');
const END_BYTES = 22;
const COMMENT_BYTES = 0xffff;
const END64 = 0x06064b50;
const END64_BYTES = 56;
const END64_LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const ABSENT16 = 0xffff;
const ABSENT32 = 0xffffffff;

/** Bytes that are looked at first: in nearly every archive the record is among them. */
const NEAR = 1024;
/** Records that are believed: an archive may hold a second one in its comment. */
const MOST = 4;

/**
 * Finds the end records that lead to a directory (APPNOTE 6.3.10, sections 4.3.14 to 4.3.16), the last one first, which is the
 * one that programs take. A further one counts where the last stands in its comment; those of archives that are members do
 * not. Of records that lead to the same directory there is one. One of an archive without members comes only where there is
 * no other.
 */
export function findEnds(archive: ByteSource): readonly ZipEnd[] {
  const near = endsWithin(archive, NEAR);
  if (near.length > 0) return near;
  return archive.size > NEAR ? endsWithin(archive, END_BYTES + COMMENT_BYTES) : [];
}

function endsWithin(archive: ByteSource, bytes: number): readonly ZipEnd[] {
  const from = Math.max(0, archive.size - bytes);
  const tail = readBytes(archive, from, archive.size - from);
  const found: ZipEnd[] = [];
  let empty: ZipEnd | undefined;
  for (let at = tail.length - END_BYTES; at >= 0 && found.length < MOST; at--) {
    at = tail.lastIndexOf(END, at);
    if (at < 0) break;
    const end = readEnd(archive, tail, at, from);
    if (end === undefined || (found.length > 0 && end.trailing !== 0)) continue;
    if (end.size === 0) empty ??= end;
    else if (!found.some(({ start }) => start === end.start)) found.push(end);
  }
  return found.length === 0 && empty !== undefined ? [empty] : found;
}

/** @param from where the tail begins in the archive */
function readEnd(archive: ByteSource, tail: Buffer, at: number, from: number): ZipEnd | undefined {
  const count = tail.readUInt16LE(at + 10);
  const size = tail.readUInt32LE(at + 12);
  const offset = tail.readUInt32LE(at + 16);
  const trailing = tail.length - (at + END_BYTES + tail.readUInt16LE(at + 20));
  const narrow = located(archive, { count, size, offset, limit: from + at, trailing });
  if (count !== ABSENT16 && size !== ABSENT32 && offset !== ABSENT32) return narrow;
  return readEnd64(archive, from + at, trailing) ?? narrow;
}

/** Reads the zip64 end, where there is one in front of a position. */
function readEnd64(archive: ByteSource, position: number, trailing: number): ZipEnd | undefined {
  const locator = readBytes(archive, position - LOCATOR_BYTES, position < LOCATOR_BYTES ? 0 : LOCATOR_BYTES);
  if (locator.length < LOCATOR_BYTES || locator.readUInt32LE(0) !== END64_LOCATOR) return undefined;
  // Where something stands in front of the archive, its own positions are wrong: then the record is where it belongs.
  for (const limit of [safe(locator.readBigUInt64LE(8)), position - LOCATOR_BYTES - END64_BYTES]) {
    if (limit < 0 || limit + END64_BYTES + LOCATOR_BYTES > position) continue;
    const end = readBytes(archive, limit, END64_BYTES);
    if (end.length < END64_BYTES || end.readUInt32LE(0) !== END64) continue;
    const count = safe(end.readBigUInt64LE(32));
    const size = safe(end.readBigUInt64LE(40));
    const offset = safe(end.readBigUInt64LE(48));
    const found = located(archive, { count, size, offset, limit, trailing });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The directory ends where the record begins; failing that, it is believed to be where it is said to be. */
function located(
  archive: ByteSource,
  { offset, ...end }: Omit<ZipEnd, 'start' | 'shift'> & { readonly offset: number },
): ZipEnd | undefined {
  const { count, size, limit } = end;
  if (size === 0 && count === 0) return { ...end, start: limit, shift: 0 };
  const start = limit - size;
  if (start >= offset && isDirectory(archive, start)) return { ...end, start, shift: start - offset };
  if (offset < limit && isDirectory(archive, offset)) return { ...end, start: offset, shift: 0 };
  return undefined;
}

function isDirectory(archive: ByteSource, position: number): boolean {
  return isCentral(readBytes(archive, position, 4), 0);
}

/** A number that cannot be a position in a file becomes one that certainly is none. */
function safe(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}
