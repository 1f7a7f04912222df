import type { ByteSource } from '../../model/bytes.ts';
import { PageReader } from './page-reader.ts';
import { MAX_HEADER_BYTES, type Report, type StoredHeader } from './stored-header.ts';

/** First bytes of rpm's own database. */
export const NDB_MAGIC: Buffer = Buffer.from('RpmP');

const PAGE = 4096;
const SLOT = 16;
/** Positions and lengths of blobs count in blocks. */
const BLOCK = 16;
const BLOB_HEAD = 16;
const BLOB_TAIL = 12;
/** `Slot`, `BlbS` and `BlbE` as little-endian numbers. */
const SLOT_MAGIC = 0x746f6c53;
const BLOB_START = 0x53626c42;
const BLOB_END = 0x45626c42;

/**
 * The headers in an rpm database of rpm's own form (`Packages.db`; rpm, lib/backend/ndb/rpmpkg.c): pages of slots,
 * each of which names a package and the blocks of its blob. Damage costs the blob it stands in; each loss is reported.
 */
export function* readNdbHeaders(source: ByteSource, report: Report): Iterable<StoredHeader> {
  const pages = new PageReader(source, PAGE);
  const first = pages.page(0);
  if (first === undefined) {
    report('it is cut in its first page');
    return;
  }
  if (first.readUInt32LE(4) !== 0) report(`it has the unknown version ${first.readUInt32LE(4)}`);
  const stated = first.readUInt32LE(12);
  const slotPages = Math.min(stated, pages.count);
  if (stated > pages.count || stated === 0) report(`${pages.count} of its ${stated} pages of slots are there`);
  const reader = new BlobReader(source, report);
  for (let number = 0; number < slotPages; number++) {
    const page = pages.page(number);
    if (page === undefined) break;
    let broken = 0;
    // The header takes the room of two slots. Blobs are read elsewhere, so the page stays as it is.
    for (let at = number === 0 ? 2 * SLOT : 0; at < PAGE; at += SLOT) {
      if (page.readUInt32LE(at) !== SLOT_MAGIC) {
        broken++;
        continue;
      }
      const index = page.readUInt32LE(at + 4);
      if (index === 0) continue; // free
      const bytes = reader.read(index, page.readUInt32LE(at + 8), page.readUInt32LE(at + 12));
      if (bytes !== undefined) yield { number: index, bytes };
    }
    if (broken > 0) report(`${broken} slots of page ${number} are damaged; their packages were left out`);
  }
}

class BlobReader {
  readonly #source: ByteSource;
  readonly #report: Report;
  #buffer: Buffer = Buffer.allocUnsafe(64 * 1024);
  /** Blobs stand apart; slots that share blocks must not make the file endless. */
  #blocksLeft: number;

  constructor(source: ByteSource, report: Report) {
    this.#source = source;
    this.#report = report;
    this.#blocksLeft = Math.ceil(source.size / BLOCK) * 2;
  }

  read(index: number, block: number, blocks: number): Buffer | undefined {
    const flaw = this.#load(block * BLOCK, blocks * BLOCK);
    if (flaw !== undefined) {
      this.#report(`package ${index} was left out: its blob ${flaw}`);
      return undefined;
    }
    const blob = this.#buffer.subarray(0, blocks * BLOCK);
    const length = blob.readUInt32LE(12);
    const tail = blob.length - BLOB_TAIL;
    if (blob.readUInt32LE(0) !== BLOB_START || length > tail - BLOB_HEAD) {
      this.#report(`package ${index} was left out: there is no blob of it`);
      return undefined;
    }
    const isWhole =
      blob.readUInt32LE(4) === index &&
      blob.readUInt32LE(tail + 8) === BLOB_END &&
      blob.readUInt32LE(tail + 4) === length &&
      blob.readUInt32LE(tail) === adler32(blob, tail);
    if (!isWhole) this.#report(`the blob of package ${index} is damaged; what could be read of it was used`);
    return blob.subarray(BLOB_HEAD, BLOB_HEAD + length);
  }

  #load(position: number, length: number): string | undefined {
    if (length < BLOB_HEAD + BLOB_TAIL) return 'is too short';
    if (length > MAX_HEADER_BYTES) return 'is too long';
    if (position + length > this.#source.size) return 'lies beyond the end of the file';
    this.#blocksLeft -= length / BLOCK;
    if (this.#blocksLeft < 0) return 'shares its blocks with others';
    if (length > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(length * 2);
    return this.#source.read(this.#buffer.subarray(0, length), position) < length ? 'is cut' : undefined;
  }
}

/** Adler-32 (RFC 1950, section 8.2) of the first `end` bytes. */
function adler32(bytes: Buffer, end: number): number {
  let a = 1;
  let b = 0;
  for (let i = 0; i < end; ) {
    // As many as fit before the sums must be reduced.
    const stop = Math.min(end, i + 3800);
    // In steps of four: sums of 60 MB are to take no longer than reading them.
    for (; i + 4 <= stop; i += 4) {
      a += bytes[i] as number;
      b += a;
      a += bytes[i + 1] as number;
      b += a;
      a += bytes[i + 2] as number;
      b += a;
      a += bytes[i + 3] as number;
      b += a;
    }
    for (; i < stop; i++) {
      a += bytes[i] as number;
      b += a;
    }
    a %= 65_521;
    b %= 65_521;
  }
  return ((b << 16) | a) >>> 0;
}
