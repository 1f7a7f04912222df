import { existsSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompressSync } from 'node:zlib';
import { makeFolder } from '../../make-folder.ts';
import type { HostReport } from '../../model/topology.ts';
import type { AuditEntry, HistoryRange } from './question-schema.ts';
import type { PastWorst } from './world.ts';

const compress = promisify(zstdCompress);

const FILE = 'map-history.db';
/** Of our files in SQLite: `DDmh`. */
const APPLICATION = 0x44446d68;
const VERSION = 2;

/** Bytes that a record may have when it is read again: what stands in a file is not believed. */
const MOST_RECORD = 256 * 1024 * 1024;
const MOST_MOMENTS = 300;
/** What may be written before it is put where it belongs (SQLite's WAL), in bytes: a part of what may be kept. */
const MOST_WAL = 4 * 1024 * 1024;
const WAL_SHARE = 8;
/** Of a range, the part after which it is summed up anew; what is newer is in its last moment by then. */
const STALE = 1 / 1000;
const MOST_AUDIT = 10_000;

/** What is kept of one host at one moment. */
export interface HistoryRecord {
  /** Everything, or what changed since the record before. */
  readonly report: HostReport;
  /** Node ids of containers whose gravest vulnerability in use changed; null: there is none any more. */
  readonly worst: Readonly<Record<string, PastWorst | null>>;
}

export interface StoredMoment {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly host: string;
  readonly containers: number;
  readonly edges: number;
  /** Things that changed since the record before. */
  readonly changes: number;
}

/** Whose a host was when that was written down. */
export interface StoredOwner {
  readonly host: string;
  readonly owner: string;
  /** Milliseconds since 1970: when a report of it was taken. */
  readonly told: number;
}

export interface HistoryBounds {
  /** Milliseconds. */
  readonly age: number;
  readonly bytes: number;
}

/** What was there before, in one SQLite file: everything of a host now and then, and in between what changed. */
export class HistoryStore {
  readonly #database: DatabaseSync;
  readonly #bounds: HistoryBounds;
  readonly #file: string;
  readonly #pageSize: number;
  /** Bytes that the WAL is kept under, more or less. */
  readonly #wal: number;
  #range: { readonly first: number; readonly last: number; readonly moments: HistoryRange['moments'] } | undefined;

  /**
   * @param folder made when it is not there
   * @throws what SQLite throws where the file cannot be used by anybody
   */
  static open(folder: string, bounds: HistoryBounds): { readonly store: HistoryStore; readonly setAside?: string } {
    makeFolder(folder, 0o700);
    const file = path.join(folder, FILE);
    try {
      return { store: new HistoryStore(file, bounds) };
    } catch (error) {
      if (!isDamage(error) || !existsSync(file)) throw error;
      // What is lost is what was; the map itself does without.
      const setAside = `${file}.damaged`;
      for (const end of ['', '-wal', '-shm'])
        if (existsSync(`${file}${end}`)) renameSync(`${file}${end}`, `${setAside}${end}`);
      return { store: new HistoryStore(file, bounds), setAside };
    }
  }

  private constructor(file: string, bounds: HistoryBounds) {
    this.#bounds = bounds;
    this.#file = file;
    this.#wal = Math.min(MOST_WAL, Math.floor(bounds.bytes / WAL_SHARE));
    const database = new DatabaseSync(file, { timeout: 2000 });
    try {
      database.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      const { application_id: application } = database.prepare('PRAGMA application_id').get() as {
        application_id: number;
      };
      const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
      if ((application !== 0 && application !== APPLICATION) || version > VERSION) throw new ForeignFile(file);
      // What version 1 kept had bodies among what is counted, so that counting read all of them.
      if (version === 1) database.exec('DROP TABLE IF EXISTS record');
      database.exec(`
        CREATE TABLE IF NOT EXISTS moment (
          id INTEGER PRIMARY KEY, host TEXT NOT NULL, at INTEGER NOT NULL, full INTEGER NOT NULL,
          containers INTEGER NOT NULL, edges INTEGER NOT NULL, changes INTEGER NOT NULL, bytes INTEGER NOT NULL,
          UNIQUE (host, at)
        );
        CREATE INDEX IF NOT EXISTS moment_at ON moment (at);
        CREATE INDEX IF NOT EXISTS moment_full ON moment (host, at) WHERE full;
        CREATE INDEX IF NOT EXISTS moment_first ON moment (at) WHERE full;
        CREATE TABLE IF NOT EXISTS body (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS audit (
          id INTEGER PRIMARY KEY, at TEXT NOT NULL, client TEXT NOT NULL, control TEXT NOT NULL,
          node TEXT NOT NULL, label TEXT NOT NULL, outcome TEXT NOT NULL, message TEXT NOT NULL
        );
        CREATE TABLE IF NOT EXISTS owner (host TEXT PRIMARY KEY, owner TEXT NOT NULL, told INTEGER NOT NULL) WITHOUT ROWID;
        PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${VERSION};
      `);
      this.#pageSize = (database.prepare('PRAGMA page_size').get() as { page_size: number }).page_size;
      const pages = Math.max(16, Math.floor(this.#wal / this.#pageSize));
      database.exec(`PRAGMA wal_autocheckpoint = ${pages}; PRAGMA journal_size_limit = ${this.#wal}`);
    } catch (error) {
      database.close();
      throw error;
    }
    this.#database = database;
  }

  /** There is something that changes can be put on top of. */
  has(host: string): boolean {
    return this.#database.prepare('SELECT 1 FROM moment WHERE host = ? LIMIT 1').get(host) !== undefined;
  }

  /** What its files take on the disk at the most: pages that stand in the WAL may not be in the file yet. */
  get bytes(): number {
    return this.#pages('page_count') * this.#pageSize + sizeOf(`${this.#file}-wal`);
  }

  async add({ host, at, containers, edges, changes }: StoredMoment, record: HistoryRecord): Promise<void> {
    const body = await compress(Buffer.from(JSON.stringify(record)));
    this.#together(() => {
      this.#remove('host = ? AND at = ?', host, at);
      const { lastInsertRowid: id } = this.#database
        .prepare('INSERT INTO moment (host, at, full, containers, edges, changes, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)')
        .run(host, at, Number(record.report.full), containers, edges, changes, body.length);
      this.#database.prepare('INSERT INTO body VALUES (?, ?)').run(id, body);
    });
  }

  /** Takes out what is too old, and the oldest where it is too much. */
  prune(now: number): void {
    this.#removeBefore(now - this.#bounds.age);
    const isTooMuch = (): boolean => {
      const used = this.#pages('page_count') - this.#pages('freelist_count');
      // The WAL grows over its bound by what is written at once.
      return used * this.#pageSize + 2 * this.#wal > this.#bounds.bytes;
    };
    for (let tries = 0; isTooMuch() && tries < 50; tries++) {
      const { first, last } = this.#ends();
      if (first === undefined || last === undefined) break;
      // A twentieth of the time that is kept, so that this is not done at every look.
      this.#removeBefore(first + Math.max(1000, Math.ceil((last - first) / 20)));
    }
  }

  /**
   * What there was of each host at a moment: the last full record before it, and what changed until then.
   * @param horizon milliseconds; hosts of which nothing was told for so long before the moment are left out
   */
  read(
    at: number,
    horizon: number,
  ): ReadonlyMap<string, readonly { readonly at: number; readonly record: HistoryRecord }[]> {
    const found = new Map<string, { at: number; record: HistoryRecord }[]>();
    const last = this.#database.prepare('SELECT max(at) AS at FROM moment WHERE host = ? AND at <= ?');
    const begin = this.#database.prepare('SELECT max(at) AS at FROM moment WHERE host = ? AND at <= ? AND full');
    const records = this.#database.prepare(
      'SELECT at, body FROM moment JOIN body USING (id) WHERE host = ? AND at BETWEEN ? AND ? ORDER BY at',
    );
    for (const host of this.#hosts()) {
      const [until, from] = [last, begin].map((one) => (one.get(host, at) as { at: number | null }).at);
      if (until === null || until === undefined || from === null || from === undefined || at - until > horizon)
        continue;
      const rows = records.all(host, from, at) as unknown as { at: number; body: Uint8Array }[];
      found.set(
        host,
        rows.map((row) => ({ at: row.at, record: decode(row.body) })),
      );
    }
    return found;
  }

  /** The last of its moments may be a little behind: of a long time, summing up is worth doing rarely. */
  range(): HistoryRange {
    const { first, last } = this.#ends();
    if (first === undefined || last === undefined) return { kept: true, bytes: this.bytes, moments: [] };
    const known = this.#range;
    const slack = (last - first) * STALE;
    const isFresh = (was: number, is: number): boolean => is >= was && is - was <= slack;
    if (known === undefined || !isFresh(known.first, first) || !isFresh(known.last, last))
      this.#range = { first, last, moments: this.#moments(first, last) };
    const { moments } = this.#range!;
    return { kept: true, first: momentOf(first), last: momentOf(last), bytes: this.bytes, moments };
  }

  #moments(first: number, last: number): HistoryRange['moments'] {
    const width = Math.max(1000, Math.ceil((last - first + 1) / MOST_MOMENTS));
    // Numbers of JavaScript are bound as REAL: without the cast each record has a bucket of its own.
    const rows = this.#database
      .prepare(
        `SELECT bucket, sum(containers) AS containers, sum(edges) AS edges, sum(changes) AS changes FROM (
           SELECT CAST((at - ?1) / ?2 AS INTEGER) AS bucket, host, max(containers) AS containers, max(edges) AS edges, sum(changes) AS changes
           FROM moment WHERE at >= ?1 GROUP BY bucket, host
         ) GROUP BY bucket ORDER BY bucket`,
      )
      .all(first, width) as unknown as { bucket: number; containers: number; edges: number; changes: number }[];
    return rows.map(({ bucket, containers, edges, changes }) => {
      // The end of each: everything that it counts has happened by then.
      const at = momentOf(Math.min(last, first + (bucket + 1) * width - 1));
      return { at, containers, edges, changes };
    });
  }

  addAudit({ at, client, control, node, label, outcome, message }: AuditEntry): void {
    this.#database
      .prepare('INSERT INTO audit (at, client, control, node, label, outcome, message) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(at, client, control, node, label, outcome, message);
    this.#database.prepare('DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?').run(MOST_AUDIT);
  }

  audit(most: number): AuditEntry[] {
    const rows = this.#database
      .prepare('SELECT at, client, control, node, label, outcome, message FROM audit ORDER BY id DESC LIMIT ?')
      .all(most) as unknown as AuditEntry[];
    return rows.map((row) => ({ ...row }));
  }

  /** Whose hosts are, whatever else is kept of them. */
  owners(): StoredOwner[] {
    const rows = this.#database.prepare('SELECT host, owner, told FROM owner').all() as unknown as StoredOwner[];
    return rows.map((row) => ({ ...row }));
  }

  keepOwner({ host, owner, told }: StoredOwner): void {
    this.#database.prepare('INSERT OR REPLACE INTO owner (host, owner, told) VALUES (?, ?, ?)').run(host, owner, told);
  }

  dropOwner(host: string): void {
    this.#database.prepare('DELETE FROM owner WHERE host = ?').run(host);
  }

  close(): void {
    this.#database.close();
  }

  /** The first moment that can be shown, and the last. */
  #ends(): { readonly first?: number; readonly last?: number } {
    const { first, last } = this.#database
      .prepare('SELECT (SELECT min(at) FROM moment WHERE full) AS first, (SELECT max(at) FROM moment) AS last')
      .get() as { first: number | null; last: number | null };
    return { ...(first !== null && { first }), ...(last !== null && { last }) };
  }

  /** From one to the next by the index: there are few, each with many moments. */
  #hosts(): string[] {
    const rows = this.#database
      .prepare(
        `WITH RECURSIVE one (host) AS (
           SELECT min(host) FROM moment
           UNION ALL SELECT (SELECT min(host) FROM moment WHERE host > one.host) FROM one WHERE one.host IS NOT NULL
         ) SELECT host FROM one WHERE host IS NOT NULL`,
      )
      .all() as unknown as { host: string }[];
    return rows.map(({ host }) => host);
  }

  #removeBefore(at: number): void {
    const removed = this.#together(() => {
      let count = this.#remove('at < ?', at);
      if (count === 0) return 0;
      // What changed since something that is not kept any more says nothing.
      const begin = this.#database.prepare('SELECT min(at) AS at FROM moment WHERE host = ? AND full');
      for (const host of this.#hosts()) {
        const from = (begin.get(host) as { at: number | null }).at ?? Number.MAX_SAFE_INTEGER;
        count += this.#remove('host = ? AND at < ?', host, from);
      }
      return count;
    });
    if (removed === 0) return;
    // Without both, the file would stay as long as it ever was.
    this.#database.exec('PRAGMA incremental_vacuum');
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** @param where SQL of this file alone @returns how many records were removed */
  #remove(where: string, ...values: (string | number)[]): number {
    const bodies = `DELETE FROM body WHERE id IN (SELECT id FROM moment WHERE ${where})`;
    if (Number(this.#database.prepare(bodies).run(...values).changes) === 0) return 0;
    return Number(this.#database.prepare(`DELETE FROM moment WHERE ${where}`).run(...values).changes);
  }

  #pages(pragma: 'page_count' | 'freelist_count'): number {
    return Number(Object.values(this.#database.prepare(`PRAGMA ${pragma}`).get() ?? { none: 0 })[0]);
  }

  /** All of it, or nothing. */
  #together<T>(act: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const done = act();
      this.#database.exec('COMMIT');
      return done;
    } catch (error) {
      // A full disk may have ended it already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

class ForeignFile extends Error {
  constructor(file: string) {
    super(`${file} is of another program, or of a newer version of this one`);
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB (https://www.sqlite.org/rescode.html). */
function isDamage(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode;
  return code !== undefined && [11, 26].includes(code & 0xff);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function decode(body: Uint8Array): HistoryRecord {
  return JSON.parse(zstdDecompressSync(body, { maxOutputLength: MOST_RECORD }).toString('utf8')) as HistoryRecord;
}

function momentOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
