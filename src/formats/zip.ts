import { crc32, inflateRawSync } from 'node:zlib';
import { FormatError, LimitError } from '../errors.ts';

/** Budgets of one archive. */
export interface ZipLimits {
  readonly entries: number;
  /** Uncompressed bytes of one entry, and of all that are read. */
  readonly entryBytes: number;
  readonly totalBytes: number;
}

const MiB = 1024 * 1024;

export const defaultZipLimits: ZipLimits = { entries: 2_000_000, entryBytes: 64 * MiB, totalBytes: 16 * 1024 * MiB };

/** A file of a zip archive, as its central directory describes it. */
export interface ZipEntry {
  readonly name: string;
  /** Uncompressed size, as claimed. */
  readonly size: number;
  readonly compressedSize: number;
  readonly method: number;
  readonly crc: number;
  readonly encrypted: boolean;
  /** Where its local header stands. */
  readonly offset: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const END64 = 0x06064b50;
const END64_LOCATOR = 0x07064b50;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const ABSENT32 = 0xffffffff;

/**
 * Reads zip archives held in memory (PKWARE APPNOTE 6.3.10, with zip64). Only what the central directory lists is
 * read; an entry must lie wholly in front of it and share no byte with another, so that no archive can be larger inside
 * than its bytes allow.
 */
export class ZipReader {
  readonly entries: readonly ZipEntry[];
  readonly #bytes: Buffer;
  readonly #limits: ZipLimits;
  #spent = 0;

  /**
   * @throws FormatError if it is no zip archive, or a damaged one
   * @throws LimitError if it lists too many entries
   */
  constructor(archive: Uint8Array, limits: ZipLimits = defaultZipLimits) {
    this.#bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
    this.#limits = limits;
    this.entries = this.#directory();
  }

  /**
   * Content of one entry.
   * @throws FormatError if it is damaged, encrypted, or not what the directory says
   * @throws LimitError if it is larger than allowed
   */
  read(entry: ZipEntry): Buffer {
    if (entry.encrypted) throw new FormatError(`${named(entry)} is encrypted`);
    const { entryBytes, totalBytes } = this.#limits;
    if (entry.size > entryBytes) throw new LimitError(`${named(entry)} has more than ${entryBytes} bytes`);
    this.#spent += entry.size;
    if (this.#spent > totalBytes) throw new LimitError(`the archive has more than ${totalBytes} bytes`);
    const start = this.#bodyStart(entry);
    const stored = this.#bytes.subarray(start, start + entry.compressedSize);
    const content = this.#inflate(entry, stored);
    if (content.length !== entry.size) throw new FormatError(`${named(entry)} has another size than stated`);
    if (crc32(content) !== entry.crc) throw new FormatError(`${named(entry)} has another checksum than stated`);
    return content;
  }

  #inflate(entry: ZipEntry, stored: Buffer): Buffer {
    if (entry.method === 0) return stored;
    if (entry.method !== 8) throw new FormatError(`${named(entry)} is compressed by unknown method ${entry.method}`);
    try {
      // What was claimed, and one byte more to notice a lie; never what the data would like to become.
      return inflateRawSync(stored, { maxOutputLength: entry.size + 1 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        throw new FormatError(`${named(entry)} is larger than stated`, { cause: error });
      }
      throw new FormatError(`${named(entry)} is damaged`, { cause: error });
    }
  }

  #bodyStart(entry: ZipEntry): number {
    const bytes = this.#bytes;
    if (bytes.readUInt32LE(entry.offset) !== LOCAL) throw new FormatError(`${named(entry)} has no header`);
    const start =
      entry.offset + LOCAL_BYTES + bytes.readUInt16LE(entry.offset + 26) + bytes.readUInt16LE(entry.offset + 28);
    if (start + entry.compressedSize > bytes.length) throw new FormatError(`${named(entry)} ends behind the archive`);
    return start;
  }

  #directory(): ZipEntry[] {
    const { count, offset, size, limit } = this.#end();
    if (count > this.#limits.entries) throw new LimitError(`the archive has more than ${this.#limits.entries} entries`);
    if (offset + size > limit || count * CENTRAL_BYTES > size) throw new FormatError('the directory is damaged');
    const entries: ZipEntry[] = [];
    let at = offset;
    for (let i = 0; i < count; i++) {
      const { entry, next } = this.#central(at, offset + size);
      at = next;
      if (entry.offset + LOCAL_BYTES + entry.compressedSize > offset) {
        throw new FormatError(`${named(entry)} does not lie in front of the directory`);
      }
      if (!entry.name.endsWith('/')) entries.push(entry);
    }
    checkOverlaps(entries);
    return entries;
  }

  /** Where the directory stands: the record at the end, or its zip64 form where numbers do not fit. */
  #end(): { count: number; offset: number; size: number; limit: number } {
    const bytes = this.#bytes;
    const lowest = Math.max(0, bytes.length - END_BYTES - 0xffff);
    let at = bytes.length - END_BYTES;
    while (
      at >= lowest &&
      !(bytes.readUInt32LE(at) === END && at + END_BYTES + bytes.readUInt16LE(at + 20) === bytes.length)
    ) {
      at--;
    }
    if (at < lowest) throw new FormatError('this is no zip archive, or its end is missing');
    const count = bytes.readUInt16LE(at + 10);
    const size = bytes.readUInt32LE(at + 12);
    const offset = bytes.readUInt32LE(at + 16);
    if (count !== 0xffff && size !== ABSENT32 && offset !== ABSENT32) return { count, size, offset, limit: at };
    if (at < 20 || bytes.readUInt32LE(at - 20) !== END64_LOCATOR) return { count, size, offset, limit: at };
    const end64 = safe(bytes.readBigUInt64LE(at - 12));
    if (end64 + 56 > at - 20 || bytes.readUInt32LE(end64) !== END64) throw new FormatError('the zip64 end is damaged');
    return {
      count: safe(bytes.readBigUInt64LE(end64 + 32)),
      size: safe(bytes.readBigUInt64LE(end64 + 40)),
      offset: safe(bytes.readBigUInt64LE(end64 + 48)),
      limit: end64,
    };
  }

  #central(at: number, limit: number): { entry: ZipEntry; next: number } {
    const bytes = this.#bytes;
    if (at + CENTRAL_BYTES > limit || bytes.readUInt32LE(at) !== CENTRAL)
      throw new FormatError('the directory is damaged');
    const nameEnd = at + CENTRAL_BYTES + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    const next = extraEnd + bytes.readUInt16LE(at + 32);
    if (next > limit) throw new FormatError('the directory is damaged');
    const wide = wideNumbers(bytes.subarray(nameEnd, extraEnd));
    // Zip64 holds only those of the three that do not fit, in this order.
    const size = bytes.readUInt32LE(at + 24);
    const compressedSize = bytes.readUInt32LE(at + 20);
    const offset = bytes.readUInt32LE(at + 42);
    const entry: ZipEntry = {
      name: bytes.toString('utf8', at + CENTRAL_BYTES, nameEnd),
      size: size === ABSENT32 ? wide() : size,
      compressedSize: compressedSize === ABSENT32 ? wide() : compressedSize,
      offset: offset === ABSENT32 ? wide() : offset,
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      encrypted: (bytes.readUInt16LE(at + 8) & 1) === 1,
    };
    return { entry, next };
  }
}

/** Reads the numbers of a zip64 extra field one after the other. */
function wideNumbers(extra: Buffer): () => number {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2);
  const end = at + 4 <= extra.length ? Math.min(extra.length, at + 4 + extra.readUInt16LE(at + 2)) : 0;
  at += 4;
  return () => {
    if (at + 8 > end) throw new FormatError('a zip64 field is missing');
    at += 8;
    return safe(extra.readBigUInt64LE(at - 8));
  };
}

/** Entries that share bytes let a small archive unpack to a huge one. */
function checkOverlaps(entries: readonly ZipEntry[]): void {
  const byOffset = [...entries].sort((a, b) => a.offset - b.offset);
  let end = 0;
  for (const entry of byOffset) {
    if (entry.offset < end) throw new FormatError(`${named(entry)} shares bytes with another entry`);
    end = entry.offset + LOCAL_BYTES + entry.compressedSize;
  }
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new FormatError('a number of the archive is too large');
  return Number(value);
}

function named(entry: ZipEntry): string {
  return `entry ${JSON.stringify(entry.name.slice(0, 200))}`;
}
