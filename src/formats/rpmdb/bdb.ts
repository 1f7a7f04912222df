import type { ByteSource } from '../../model/bytes.ts';
import { PageReader } from './page-reader.ts';
import { MAX_HEADER_BYTES, Pieces, type Report, type StoredHeader } from './stored-header.ts';

/** A hash file of Berkeley DB has this number at position 12, in the byte order of the machine that wrote it. */
export const BDB_HASH_MAGIC = 0x061561;
export const BDB_MAGIC_POSITION = 12;

const META = 92;
const PAGE_HEADER = 26;
/** Types of pages. */
const HASH_META = 8;
const HASH_UNSORTED = 2;
const HASH = 13;
const OVERFLOW = 7;
/** Types of items on a page of a hash. */
const KEY_DATA = 1;
const OFF_PAGE = 3;
const OFF_PAGE_ITEM = 12;
/** Pages with a checksum have a longer header; rpm never asked for one. */
const WITH_CHECKSUM = 1;

/**
 * The headers in an rpm database of Berkeley DB (`Packages`, a hash; Berkeley DB, dbinc/db_page.h). Pages are read one
 * after another and those that hold entries are used, so that broken chains of buckets hide nothing. Damage costs
 * the entry it stands in; each loss is reported.
 */
export function* readBdbHeaders(source: ByteSource, report: Report): Iterable<StoredHeader> {
  const meta = Buffer.alloc(META);
  const whole = source.read(meta, 0) === META;
  const littleEndian = meta.readUInt32LE(BDB_MAGIC_POSITION) === BDB_HASH_MAGIC;
  const u32 = (at: number): number => (littleEndian ? meta.readUInt32LE(at) : meta.readUInt32BE(at));
  const pageSize = u32(20);
  if (!whole || pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) {
    report(whole ? 'its pages have an impossible size' : 'it is cut in its first page');
    return;
  }
  if (meta[24] !== 0 || ((meta[26] as number) & WITH_CHECKSUM) !== 0) {
    report('it is encrypted or has checksums, which rpm never used');
    return;
  }
  if (meta[25] !== HASH_META) report('its first page is no description of a hash');
  const pages = new PageReader(source, pageSize);
  const last = u32(32);
  if (last >= pages.count) report(`it ends before its last page: ${pages.count} of ${last + 1} pages are there`);
  const walk = new HashWalk(pages, littleEndian, report);
  yield* walk.headers();
  const stated = u32(88);
  if (walk.entries < stated) report(`${walk.entries} of its ${stated} entries were found`);
}

class HashWalk {
  /** Pairs of a key and a value that were met, readable or not. */
  entries = 0;
  readonly #pages: PageReader;
  readonly #littleEndian: boolean;
  readonly #report: Report;
  readonly #pieces: Pieces = new Pieces();
  /** Overflow pages that may still be read: entries may claim the same ones again and again. */
  #overflowLeft: number;

  constructor(pages: PageReader, littleEndian: boolean, report: Report) {
    this.#pages = pages;
    this.#littleEndian = littleEndian;
    this.#report = report;
    this.#overflowLeft = pages.count * 2;
  }

  *headers(): Iterable<StoredHeader> {
    for (let number = 1; number < this.#pages.count; number++) {
      const found = this.#pages.page(number);
      if (found === undefined) return;
      if (found[25] === HASH || found[25] === HASH_UNSORTED) yield* this.#entries(Buffer.from(found), number);
    }
  }

  *#entries(page: Buffer, number: number): Iterable<StoredHeader> {
    const count = this.#u16(page, 20);
    if (PAGE_HEADER + 2 * count > page.length || count % 2 !== 0) {
      this.#report(`page ${number} claims ${count} items`);
      return;
    }
    for (let i = 0; i < count; i += 2) {
      this.entries++;
      const key = this.#item(page, i);
      const value = this.#item(page, i + 1);
      if (key === undefined || value === undefined) {
        this.#report(`an entry of page ${number} lies beyond it`);
        continue;
      }
      const id = key[0] === KEY_DATA && key.length === 5 ? this.#u32(key, 1) : -1;
      // The entry of key 0 counts the packages.
      if (id === 0) continue;
      const bytes = this.#value(id, value);
      if (typeof bytes === 'string') this.#report(`package ${id} was left out: ${bytes}`);
      else yield { number: id, bytes };
    }
  }

  /** An item with its type. Items are filled in from the end of the page: each ends where the one before begins. */
  #item(page: Buffer, index: number): Buffer | undefined {
    const start = this.#u16(page, PAGE_HEADER + 2 * index);
    const end = index === 0 ? page.length : this.#u16(page, PAGE_HEADER + 2 * (index - 1));
    return start >= PAGE_HEADER && start < end && end <= page.length ? page.subarray(start, end) : undefined;
  }

  #value(id: number, item: Buffer): Buffer | string {
    if (item[0] === KEY_DATA) return item.subarray(1);
    if (item[0] !== OFF_PAGE || item.length < OFF_PAGE_ITEM) return 'its value has an unknown form';
    const length = this.#u32(item, 8);
    if (length > MAX_HEADER_BYTES) return 'its value is too long';
    this.#pieces.clear();
    let next = this.#u32(item, 4);
    while (this.#pieces.length < length) {
      if (this.#overflowLeft-- <= 0) return 'its pages are shared with other packages';
      const page = this.#pages.page(next);
      if (page === undefined || next === 0) return 'its value breaks off';
      const part = this.#u16(page, 22);
      if (page[25] !== OVERFLOW || part === 0 || part > page.length - PAGE_HEADER)
        return 'a page of its value is damaged';
      next = this.#u32(page, 16);
      this.#pieces.add(page.subarray(PAGE_HEADER, PAGE_HEADER + Math.min(part, length - this.#pieces.length)));
    }
    if (next !== 0) this.#report(`the pages of package ${id} go on behind its end; what could be read was used`);
    return this.#pieces.bytes();
  }

  #u16(bytes: Buffer, at: number): number {
    return this.#littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }

  #u32(bytes: Buffer, at: number): number {
    return this.#littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }
}
