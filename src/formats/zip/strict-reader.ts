import { crc32, inflateRawSync } from 'node:zlib';
import { FormatError, LimitError } from '../../errors.ts';
import { MemorySource } from '../byte-source.ts';
import { ZipDirectory } from './directory.ts';
import { findEnds, type ZipEnd } from './end-record.ts';
import { DEFLATED, LOCAL_BYTES, readLocal, STORED, type ZipEntry } from './entry.ts';
import { ZipExtents } from './extents.ts';

/** Budgets of one archive. */
export interface ZipLimits {
  readonly entries: number;
  /** Uncompressed bytes of one entry, and of all that are read. */
  readonly entryBytes: number;
  readonly totalBytes: number;
}

const MiB = 1024 * 1024;

export const defaultZipLimits: ZipLimits = { entries: 2_000_000, entryBytes: 64 * MiB, totalBytes: 16 * 1024 * MiB };

/**
 * Reads zip archives held in memory (PKWARE APPNOTE 6.3.10, with zip64) that must be as they should: those of feeds. Only what
 * the central directory lists is read; an entry must lie wholly in front of it and share no byte with another, so that no
 * archive can be larger inside than its bytes allow.
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
    const content = inflate(entry, stored);
    if (content.length !== entry.size) throw new FormatError(`${named(entry)} has another size than stated`);
    if (crc32(content) !== entry.crc) throw new FormatError(`${named(entry)} has another checksum than stated`);
    return content;
  }

  #bodyStart(entry: ZipEntry): number {
    let length: number;
    try {
      ({ length } = readLocal(this.#bytes.subarray(entry.offset)));
    } catch (error) {
      throw new FormatError(`${named(entry)} has no header`, { cause: error });
    }
    const start = entry.offset + length;
    if (start + entry.compressedSize > this.#bytes.length) {
      throw new FormatError(`${named(entry)} ends behind the archive`);
    }
    return start;
  }

  #directory(): ZipEntry[] {
    const source = new MemorySource(this.#bytes);
    const [end] = findEnds(source);
    if (end === undefined || end.trailing !== 0) throw new FormatError('this is no zip archive, or its end is missing');
    this.#checkCount(end.count);
    const directory = new ZipDirectory(source, end);
    const entries: ZipEntry[] = [];
    const extents = new ZipExtents();
    while (directory.advance()) {
      const { entry } = directory;
      this.#checkCount(entries.length + 1);
      checkEntry(entry, end);
      if (entry.name.endsWith('/')) continue;
      entries.push(entry);
      extents.add(entry.offset, entry.compressedSize);
    }
    if (end.shift !== 0 || directory.contradiction !== undefined) throw new FormatError('the directory is damaged');
    const shared = extents.overlap;
    if (shared !== undefined) throw new FormatError(`${named(entries[shared])} shares bytes with another entry`);
    return entries;
  }

  #checkCount(count: number): void {
    if (count > this.#limits.entries) throw new LimitError(`the archive has more than ${this.#limits.entries} entries`);
  }
}

function inflate(entry: ZipEntry, stored: Buffer): Buffer {
  if (entry.method === STORED) return stored;
  if (entry.method !== DEFLATED)
    throw new FormatError(`${named(entry)} is compressed by unknown method ${entry.method}`);
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

function checkEntry(entry: ZipEntry, end: ZipEnd): void {
  if (entry.odd !== undefined) throw new FormatError(`${named(entry)}: ${entry.odd}`);
  if (entry.offset + LOCAL_BYTES + entry.compressedSize > end.start) {
    throw new FormatError(`${named(entry)} does not lie in front of the directory`);
  }
}

function named(entry: ZipEntry | undefined): string {
  return `entry ${JSON.stringify(entry?.name.slice(0, 200))}`;
}
