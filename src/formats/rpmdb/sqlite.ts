import type { ByteSource } from '../../model/bytes.ts';
import { PageReader, PageSet } from './page-reader.ts';
import { integerOf, type RecordValue, readVarint, recordValues } from './sqlite-record.ts';
import { readWriteAhead, type WriteAheadPages } from './sqlite-wal.ts';
import { MAX_HEADER_BYTES, Pieces, type Report, type StoredHeader } from './stored-header.ts';

/** First bytes of a database of SQLite 3. */
export const SQLITE_MAGIC: Buffer = Buffer.from('SQLite format 3\0');

const FILE_HEADER = 100;
const INTERIOR = 5;
const LEAF = 13;
const TABLE = 'packages';
const encodings = ['utf8', 'utf8', 'utf16le', 'utf16be'] as const;

/**
 * The headers in an rpm database of SQLite: the blobs of the table `Packages` ("Database File Format", sqlite.org).
 * Indexes and free pages are not looked at. Damage costs the rows it stands in; each loss is reported.
 *
 * @param writeAhead the file `-wal` beside it, with what was not moved into the database yet
 */
export function* readSqliteHeaders(
  source: ByteSource,
  writeAhead: ByteSource | undefined,
  report: Report,
): Iterable<StoredHeader> {
  const pages = SqlitePages.open(source, writeAhead, report);
  if (pages === undefined) return;
  const root = findTable(pages, report);
  if (root === undefined) return;
  for (const { id, record } of new TableWalk(pages, report).rows(root)) {
    const blob = recordValues(record)?.find(({ type }) => type === 'blob');
    if (blob === undefined) report(`row ${id} of the table Packages holds no header`);
    else yield { number: id, bytes: record.subarray(blob.start, blob.end) };
  }
}

/** Root page of the table `Packages`, from the schema on page 1. */
function findTable(pages: SqlitePages, report: Report): number | undefined {
  for (const { record } of new TableWalk(pages, report).rows(1)) {
    const [type, name, , root] = recordValues(record) ?? [];
    if (type === undefined || name === undefined || root === undefined) {
      report('an entry of the schema cannot be read');
      continue;
    }
    const text = (value: RecordValue): string => pages.text(record.subarray(value.start, value.end)).toLowerCase();
    if (text(type) === 'table' && text(name) === TABLE) {
      const page = integerOf(record, root);
      if (page !== undefined && page > 1) return page;
    }
  }
  report('it has no table Packages');
  return undefined;
}

/** Pages of a database, numbered from 1; those of the write-ahead file come first. */
class SqlitePages {
  readonly count: number;
  /** Bytes of a page that a b-tree may use. */
  readonly usable: number;
  readonly #reader: PageReader;
  readonly #writeAhead: WriteAheadPages | undefined;
  readonly #buffer: Buffer;
  readonly #encoding: number;

  private constructor(reader: PageReader, writeAhead: WriteAheadPages | undefined, usable: number, encoding: number) {
    this.#reader = reader;
    this.#writeAhead = writeAhead;
    this.count = writeAhead?.pages ?? reader.count;
    this.usable = usable;
    this.#buffer = Buffer.allocUnsafe(reader.pageSize);
    this.#encoding = encoding;
  }

  static open(source: ByteSource, writeAhead: ByteSource | undefined, report: Report): SqlitePages | undefined {
    const header = Buffer.alloc(FILE_HEADER);
    const whole = source.read(header, 0) === FILE_HEADER;
    const stated = header.readUInt16BE(16);
    const pageSize = stated === 1 ? 65_536 : stated;
    const usable = pageSize - (header[20] as number);
    if (!whole || pageSize < 512 || (pageSize & (pageSize - 1)) !== 0 || usable < 480) {
      report(whole ? 'its pages have an impossible size' : 'it is cut in its header');
      return undefined;
    }
    const reader = new PageReader(source, pageSize);
    const applied = writeAhead && readWriteAhead(writeAhead, pageSize, reader.count, report);
    // The count is right where the change counter was written with it (section 1.3.7).
    const pages = header.readUInt32BE(24) === header.readUInt32BE(92) ? header.readUInt32BE(28) : 0;
    if (applied === undefined && (pages > reader.count || reader.count === 0)) {
      report(`it ends before its last page: ${reader.count} of ${pages} pages are there`);
    }
    return new SqlitePages(reader, applied, usable, header.readUInt32BE(56));
  }

  /** A page, valid until the next call; undefined where the database does not have it. */
  page(number: number): Buffer | undefined {
    if (number < 1 || number > this.count) return undefined;
    if (this.#writeAhead?.read(number, this.#buffer) === true) return this.#buffer;
    return this.#reader.page(number - 1);
  }

  text(bytes: Buffer): string {
    const encoding = encodings[this.#encoding] ?? 'utf8';
    if (encoding !== 'utf16be') return bytes.toString(encoding);
    return Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le');
  }
}

/** A row of a table; `record` is valid until the next row is asked for. */
interface Row {
  readonly id: number;
  readonly record: Buffer;
}

/** Walks a table b-tree (section 1.6). Each page of the tree is read once, so that no circle can hold it. */
class TableWalk {
  readonly #pages: SqlitePages;
  readonly #report: Report;
  readonly #seen: PageSet;
  readonly #pieces: Pieces = new Pieces();
  /** Bytes of rows that may still be read: rows may claim the same ones again and again. */
  #bytesLeft: number;

  constructor(pages: SqlitePages, report: Report) {
    this.#pages = pages;
    this.#report = report;
    this.#seen = new PageSet(pages.count + 1);
    this.#bytesLeft = pages.count * pages.usable * 2;
  }

  *rows(root: number): Iterable<Row> {
    const pending: number[] = [];
    this.#push(root, pending);
    for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
      const found = this.#pages.page(number);
      if (found === undefined) {
        this.#report(`page ${number} is missing`);
        continue;
      }
      const page = Buffer.from(found);
      const start = number === 1 ? FILE_HEADER : 0;
      const type = page[start];
      if (type === LEAF) yield* this.#leaf(page, number, start);
      else if (type === INTERIOR) this.#interior(page, number, start, pending);
      else this.#report(`page ${number} is no page of a table`);
    }
  }

  #push(page: number, pending: number[]): void {
    if (page < 1 || page > this.#pages.count) this.#report(`page ${page} is missing`);
    else if (this.#seen.add(page)) pending.push(page);
    else this.#report(`page ${page} is used twice`);
  }

  #interior(page: Buffer, number: number, start: number, pending: number[]): void {
    this.#push(page.readUInt32BE(start + 8), pending);
    const cells = this.#cells(page, number, start, start + 12);
    for (let i = cells.length - 1; i >= 0; i--) {
      const at = cells[i] as number;
      if (at + 4 > page.length) this.#report(`page ${number} points beyond its end`);
      else this.#push(page.readUInt32BE(at), pending);
    }
  }

  *#leaf(page: Buffer, number: number, start: number): Iterable<Row> {
    for (const at of this.#cells(page, number, start, start + 8)) {
      const size = readVarint(page, at);
      const id = size && readVarint(page, size.next);
      if (size === undefined || id === undefined) this.#report(`page ${number} points beyond its end`);
      else if (this.#collect(page, id.next, size.value, id.value)) yield { id: id.value, record: this.#pieces.bytes() };
      else this.#report(`row ${id.value} cannot be read: its bytes are not all there`);
    }
  }

  #cells(page: Buffer, number: number, start: number, pointers: number): readonly number[] {
    const count = page.readUInt16BE(start + 3);
    const room = Math.floor((page.length - pointers) / 2);
    if (count > room) this.#report(`page ${number} claims ${count} cells`);
    return Array.from({ length: Math.min(count, room) }, (_, i) => page.readUInt16BE(pointers + 2 * i));
  }

  /** Collects a payload from its cell and its overflow pages. False where it is cut or lies about its length. */
  #collect(page: Buffer, start: number, size: number, id: number): boolean {
    const { usable } = this.#pages;
    this.#pieces.clear();
    this.#bytesLeft -= size;
    if (size > MAX_HEADER_BYTES || this.#bytesLeft < 0) return false;
    const local = localSize(size, usable);
    if (start + local > usable) return false;
    this.#pieces.add(page.subarray(start, start + local));
    if (local === size) return true;
    if (start + local + 4 > usable) return false;
    let next = page.readUInt32BE(start + local);
    while (this.#pieces.length < size) {
      const overflow = this.#pages.page(next);
      if (overflow === undefined) return false;
      next = overflow.readUInt32BE(0);
      this.#pieces.add(overflow.subarray(4, Math.min(usable, 4 + size - this.#pieces.length)));
    }
    if (next !== 0) this.#report(`the pages of row ${id} go on behind its end; what could be read was used`);
    return true;
  }
}

/** How much of a payload stands in its cell (section 1.6, "table b-tree leaf cell"). */
function localSize(size: number, usable: number): number {
  const most = usable - 35;
  if (size <= most) return size;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const rest = least + ((size - least) % (usable - 4));
  return rest <= most ? rest : least;
}
