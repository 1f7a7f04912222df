import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { AdvisoriesError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import type { Feed } from '../model/feed.ts';
import { type LockOptions, whenFree } from './lock.ts';
import { SCHEMA } from './schema.ts';
import { checkSchema, type Database, explainFolder, explainSqlite, guarded, isBlank, loadSqlite } from './sqlite.ts';
import { FeedTransaction } from './transaction.ts';

export interface WriterOptions extends LockOptions {
  /** Bytes that the file may have; a guard against feeds gone wild. */
  readonly maximumBytes?: number;
}

const DEFAULT_MAXIMUM_BYTES = 16 * 1024 ** 3;
const PAGE_BYTES = 4096;

/** The advisory database, open for writing. Reading goes on meanwhile, in this process and in others. */
export class AdvisoryWriter {
  readonly path: string;
  readonly database: Database;
  readonly #options: WriterOptions;

  private constructor(file: string, database: Database, options: WriterOptions) {
    this.path = file;
    this.database = database;
    this.#options = options;
  }

  /**
   * Opens a database, or makes a new one.
   * @throws AdvisoriesError `advisories.not-writable` or `advisories.unusable`
   */
  static async open(file: string, options: WriterOptions = {}): Promise<AdvisoryWriter> {
    const { DatabaseSync } = await loadSqlite();
    if (file !== ':memory:') checkWritable(file);
    const database = guarded(file, () => new DatabaseSync(file, { timeout: 0 }));
    const writer = new AdvisoryWriter(file, database, options);
    try {
      await writer.#prepare();
    } catch (error) {
      writer.close();
      throw explainSqlite(error, file);
    }
    return writer;
  }

  async #prepare(): Promise<void> {
    const { database } = this;
    const pages = Math.ceil((this.#options.maximumBytes ?? DEFAULT_MAXIMUM_BYTES) / PAGE_BYTES);
    await whenFree(() => {
      if (!isBlank(database)) checkSchema(database, this.path);
      // A reader goes on with the state it began with, and what a killed process wrote is not seen: see
      // docs/decisions/0003-advisory-database.md.
      database.exec(`
        PRAGMA page_size = ${PAGE_BYTES};
        PRAGMA max_page_count = ${pages};
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA cache_size = -65536;
        PRAGMA temp_store = MEMORY;
      `);
    }, this.#options);
    await whenFree(() => database.exec('BEGIN IMMEDIATE'), this.#options);
    try {
      // Another process may have made the tables while this one waited.
      if (isBlank(database)) database.exec(SCHEMA);
      else checkSchema(database, this.path);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  /**
   * Begins the update of one feed. Only one process at a time may do so: another one is waited for.
   * @throws AdvisoriesError `advisories.not-writable` if the other one takes too long
   */
  async begin(feed: Feed, now: Date): Promise<FeedTransaction> {
    try {
      await whenFree(() => this.database.exec('BEGIN IMMEDIATE'), this.#options);
      return new FeedTransaction(this.database, this.path, feed, now);
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw explainSqlite(error, this.path);
    }
  }

  /** Closes the database and leaves one file without a log, unless somebody is reading it right now. */
  close(): void {
    if (!this.database.isOpen) return;
    try {
      this.database.exec('PRAGMA journal_mode = DELETE');
    } catch {
      // Somebody reads, or nothing could be written in the first place: the file is whole in either mode.
    }
    this.database.close();
  }
}

/** Says in words why a file cannot be written, which SQLite does not. */
function checkWritable(file: string): void {
  try {
    makeFolder(path.dirname(file));
    closeSync(openSync(file, 'a'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') {
      throw new AdvisoriesError(
        'advisories.not-writable',
        `${file} is a folder, so no advisory database can be made there.`,
      );
    }
    throw explainFolder(error, file);
  }
}
