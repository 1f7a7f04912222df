import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { temporaryFolder } from './temporary.ts';

/** A file of a test package. */
export interface TestRpmFile {
  readonly path: string;
  readonly digest?: string;
  readonly flags?: number;
  /** Number of its state; default: 0, normal. */
  readonly state?: number;
}

/** A package of an rpm database, as far as tests vary it. */
export interface TestRpm {
  readonly name: string;
  readonly version: string;
  /** Default: `1`. */
  readonly release?: string;
  readonly epoch?: number;
  /** Default: `x86_64`. */
  readonly arch?: string;
  /** Default: `NAME-VERSION-RELEASE.src.rpm`. */
  readonly sourceRpm?: string;
  readonly vendor?: string;
  readonly licence?: string;
  readonly modularityLabel?: string;
  readonly files?: readonly TestRpmFile[];
  /** Default: 8, SHA-256. */
  readonly digestAlgorithm?: number;
  /** Writes whole paths, as rpm 3 did. */
  readonly oldFileNames?: boolean;
  /** Tags that replace those above or are added; undefined leaves one out. */
  readonly tags?: Readonly<Record<number, HeaderValue | undefined>>;
}

/** The value of a tag: its type, how many values it claims, and its bytes; `offset` where it claims to stand elsewhere. */
export interface HeaderValue {
  readonly type: number;
  readonly count: number;
  readonly data: Uint8Array;
  readonly offset?: number;
}

export function textValue(text: string, type = 6): HeaderValue {
  return { type, count: 1, data: Buffer.from(`${text}\0`) };
}

export function textsValue(texts: readonly string[]): HeaderValue {
  return { type: 8, count: texts.length, data: Buffer.from(texts.map((text) => `${text}\0`).join('')) };
}

export function numbersValue(numbers: readonly number[]): HeaderValue {
  const data = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries()) data.writeUInt32BE(number >>> 0, 4 * i);
  return { type: 4, count: numbers.length, data };
}

/** A header as databases hold it (rpm manual, "RPM V4 Package format"). */
export function headerOf(tags: ReadonlyMap<number, HeaderValue>): Buffer {
  const index: Buffer[] = [];
  const store: Buffer[] = [];
  let length = 0;
  for (const [tag, { type, count, data, offset }] of tags) {
    const padding = Buffer.alloc(type === 4 ? (4 - (length % 4)) % 4 : 0);
    length += padding.length;
    const entry = Buffer.alloc(16);
    entry.writeUInt32BE(tag, 0);
    entry.writeUInt32BE(type, 4);
    entry.writeInt32BE(offset ?? length, 8);
    entry.writeInt32BE(count | 0, 12);
    index.push(entry);
    store.push(padding, Buffer.from(data));
    length += data.length;
  }
  const intro = Buffer.alloc(8);
  intro.writeUInt32BE(tags.size, 0);
  intro.writeUInt32BE(length, 4);
  return Buffer.concat([intro, ...index, ...store]);
}

/** The header of a test package. */
export function rpmHeader(rpm: TestRpm): Buffer {
  const { name, version, release = '1', arch = 'x86_64' } = rpm;
  const tags = new Map<number, HeaderValue>([
    [1000, textValue(name)],
    [1001, textValue(version)],
    [1002, textValue(release)],
    [1022, textValue(arch)],
    [1044, textValue(rpm.sourceRpm ?? `${name}-${version}-${release}.src.rpm`)],
    [1009, numbersValue([1000])],
  ]);
  if (rpm.epoch !== undefined) tags.set(1003, numbersValue([rpm.epoch]));
  if (rpm.vendor !== undefined) tags.set(1011, textValue(rpm.vendor));
  if (rpm.licence !== undefined) tags.set(1014, textValue(rpm.licence));
  if (rpm.modularityLabel !== undefined) tags.set(5096, textValue(rpm.modularityLabel));
  for (const [tag, value] of fileTags(rpm)) tags.set(tag, value);
  for (const [tag, value] of Object.entries(rpm.tags ?? {})) {
    if (value === undefined) tags.delete(Number(tag));
    else tags.set(Number(tag), value);
  }
  return headerOf(tags);
}

function fileTags({ files = [], digestAlgorithm = 8, oldFileNames = false }: TestRpm): [number, HeaderValue][] {
  if (files.length === 0) return [];
  const folderOf = (file: TestRpmFile): string => file.path.slice(0, file.path.lastIndexOf('/') + 1);
  const folders = [...new Set(files.map(folderOf))];
  const places: [number, HeaderValue][] = oldFileNames
    ? [[1027, textsValue(files.map((file) => file.path))]]
    : [
        [1116, numbersValue(files.map((file) => folders.indexOf(folderOf(file))))],
        [1117, textsValue(files.map((file) => file.path.slice(file.path.lastIndexOf('/') + 1)))],
        [1118, textsValue(folders)],
      ];
  return [
    ...places,
    [1029, { type: 1, count: files.length, data: Buffer.from(files.map((file) => file.state ?? 0)) }],
    [1035, textsValue(files.map((file) => file.digest ?? ''))],
    [1037, numbersValue(files.map((file) => file.flags ?? 0))],
    [5011, numbersValue([digestAlgorithm])],
  ];
}

/** A database of rpm's own form. */
export function ndbDatabase(headers: readonly Uint8Array[]): Buffer {
  const pages = Math.max(1, Math.ceil((2 + headers.length) / 256));
  const slots = Buffer.alloc(pages * 4096);
  slots.write('RpmP', 0, 'latin1');
  slots.writeUInt32LE(1, 8);
  slots.writeUInt32LE(pages, 12);
  slots.writeUInt32LE(headers.length + 1, 16);
  const blobs: Buffer[] = [];
  let block = slots.length / 16;
  for (let slot = 2; slot < pages * 256; slot++) {
    slots.write('Slot', slot * 16, 'latin1');
    const header = headers[slot - 2];
    if (header === undefined) continue;
    const blocks = Math.ceil((16 + header.length + 12) / 16);
    const blob = Buffer.alloc(blocks * 16);
    blob.write('BlbS', 0, 'latin1');
    blob.writeUInt32LE(slot - 1, 4);
    blob.writeUInt32LE(1, 8);
    blob.writeUInt32LE(header.length, 12);
    blob.set(header, 16);
    blob.writeUInt32LE(adler32(blob.subarray(0, -12)), blob.length - 12);
    blob.writeUInt32LE(header.length, blob.length - 8);
    blob.write('BlbE', blob.length - 4, 'latin1');
    slots.writeUInt32LE(slot - 1, slot * 16 + 4);
    slots.writeUInt32LE(block, slot * 16 + 8);
    slots.writeUInt32LE(blocks, slot * 16 + 12);
    blobs.push(blob);
    block += blocks;
  }
  return Buffer.concat([slots, ...blobs]);
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return ((b << 16) | a) >>> 0;
}

export interface BdbOptions {
  readonly bigEndian?: boolean;
  /** Default: 4096. */
  readonly pageSize?: number;
}

/** A hash of Berkeley DB: a bucket of as many pages as it takes, each value on pages of its own. */
export function bdbDatabase(headers: readonly Uint8Array[], options: BdbOptions = {}): Buffer {
  const { bigEndian = false, pageSize = 4096 } = options;
  const u16 = (page: Buffer, at: number, value: number): number =>
    bigEndian ? page.writeUInt16BE(value, at) : page.writeUInt16LE(value, at);
  const u32 = (page: Buffer, at: number, value: number): number =>
    bigEndian ? page.writeUInt32BE(value, at) : page.writeUInt32LE(value, at);
  const perPage = Math.floor((pageSize - 26) / (2 * 2 + 5 + 12));
  const hashPages = Math.max(1, Math.ceil(headers.length / perPage));
  const pages: Buffer[] = Array.from({ length: 1 + hashPages }, () => Buffer.alloc(pageSize));
  const meta = pages[0] as Buffer;
  for (let number = 1; number <= hashPages; number++) {
    const page = pages[number] as Buffer;
    u32(page, 8, number);
    u32(page, 12, number === 1 ? 0 : number - 1);
    u32(page, 16, number === hashPages ? 0 : number + 1);
    page[25] = 13;
    let end = pageSize;
    for (const [i, header] of headers.slice((number - 1) * perPage, number * perPage).entries()) {
      end -= 5;
      page[end] = 1;
      u32(page, end + 1, (number - 1) * perPage + i + 1);
      u16(page, 26 + 4 * i, end);
      end -= 12;
      page[end] = 3;
      u32(page, end + 4, pages.length);
      u32(page, end + 8, header.length);
      u16(page, 26 + 4 * i + 2, end);
      u16(page, 20, 2 * (i + 1));
      const room = pageSize - 26;
      for (let at = 0; at < header.length; at += room) {
        const overflow = Buffer.alloc(pageSize);
        const part = header.subarray(at, at + room);
        u32(overflow, 8, pages.length);
        u32(overflow, 16, at + room < header.length ? pages.length + 1 : 0);
        u16(overflow, 22, part.length);
        overflow[25] = 7;
        overflow.set(part, 26);
        pages.push(overflow);
      }
    }
    u16(page, 22, end);
  }
  u32(meta, 12, 0x061561);
  u32(meta, 16, 9);
  u32(meta, 20, pageSize);
  meta[25] = 8;
  u32(meta, 32, pages.length - 1);
  u32(meta, 88, headers.length);
  return Buffer.concat(pages);
}

export interface SqliteOptions {
  /** Default: 4096. */
  readonly pageSize?: number;
  /** Of texts; default: UTF-8. */
  readonly encoding?: 'UTF-16le' | 'UTF-16be';
  /** Statements that are run at the end. */
  readonly finally?: readonly string[];
  /** Packages that stand in the write-ahead file alone. */
  readonly later?: readonly Uint8Array[];
}

export interface SqliteFiles {
  readonly database: Buffer;
  /** Empty without `later`. */
  readonly writeAhead: Buffer;
}

/** A database as rpm makes it with SQLite, written by SQLite itself. */
export function sqliteDatabase(headers: readonly Uint8Array[], options: SqliteOptions = {}): SqliteFiles {
  const { pageSize = 4096, encoding = 'UTF-8', finally: last = [], later } = options;
  const folder = temporaryFolder();
  const file = path.join(folder, 'rpmdb.sqlite');
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA page_size = ${pageSize}; PRAGMA encoding = '${encoding}'; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0;
      CREATE TABLE IF NOT EXISTS 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS 'Name' (key 'TEXT' NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL);
      CREATE INDEX IF NOT EXISTS 'Name_key_idx' ON 'Name'(key ASC);`);
    const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
    for (const header of headers) insert.run(header);
    for (const statement of last) database.exec(statement);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    for (const header of later ?? []) insert.run(header);
    const writeAhead = later === undefined ? Buffer.alloc(0) : readFileSync(`${file}-wal`);
    return { database: readFileSync(file), writeAhead };
  } finally {
    database.close();
  }
}
