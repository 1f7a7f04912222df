import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { type Database, loadSqlite } from '../../advisories/sqlite.ts';
import { StoreError } from '../../errors.ts';
import { makeFolder } from '../../make-folder.ts';
import { isBusy } from '../../sqlite-result.ts';
import { explainSqlite, guarded } from './sqlite-errors.ts';

/** Marks the file as one of ours: `DrdS` (SQLite file format, section 1.2.9). */
export const APPLICATION_ID = 0x44726453;

/** Milliseconds to wait for another program that looks into the file, say to copy it. */
const BUSY_TIMEOUT = 1000;

/** Bytes that the write-ahead log is cut down to after a large write. */
const LOG_SIZE = 64 * 1024 * 1024;

/** A database that is open, and in the hands of this process alone. */
export interface DatabaseFile {
  readonly writer: Database;
  /** Sees what is committed, while the writer writes. */
  readonly reader: Database;
  close(): void;
}

/**
 * Opens the file, or makes it, for this user alone, with its folder.
 * @param migrate brings the schema up to date
 * @throws StoreError `store.in-use`, `store.unusable`, `store.full`
 */
export async function openDatabaseFile(
  file: string,
  migrate: (writer: Database) => Promise<void>,
): Promise<DatabaseFile> {
  const { DatabaseSync } = await loadSqlite();
  makeFile(file);
  const open: Database[] = [];
  const connect = (name: string, readOnly: boolean): Database => {
    const database = new DatabaseSync(name, { readOnly, timeout: BUSY_TIMEOUT });
    open.push(database);
    return database;
  };
  const close = (): void => {
    for (const database of open.splice(0).reverse()) database.close();
  };
  try {
    // A lock of the system on a file of its own: it ends with the process, however that ends, and the database itself
    // stays open for other connections of this process and for copies.
    const lock = guarded(`${file}-lock`, () => connect(`${file}-lock`, false));
    try {
      lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    } catch (error) {
      if (!isBusy(error)) throw explainSqlite(error, `${file}-lock`);
      throw new StoreError(
        'store.in-use',
        `Another server uses the database ${file}. One file is for one server: stop the other one, name another file, or let both use PostgreSQL.`,
        { cause: error },
      );
    }
    const writer = guarded(file, () => {
      const database = connect(file, false);
      checkApplication(database, file);
      // Every commit reaches the disk before it is acknowledged.
      database.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
        PRAGMA journal_size_limit = ${LOG_SIZE}; PRAGMA cache_size = -32768;`,
      );
      // Before there are tables: a process that is killed in between leaves what the next one knows as ours.
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      return database;
    });
    await migrate(writer);
    return guarded(file, () => {
      const reader = connect(file, true);
      reader.exec('PRAGMA cache_size = -32768');
      return { writer, reader, close };
    });
  } catch (error) {
    close();
    throw error;
  }
}

function makeFile(file: string): void {
  try {
    makeFolder(path.dirname(file), 0o700);
    for (const name of [file, `${file}-lock`]) closeSync(openSync(name, 'a', 0o600));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StoreError(
      code === 'ENOSPC' ? 'store.full' : 'store.unusable',
      `The database ${file} cannot be opened or made (${code ?? (error as Error).message}).`,
      { cause: error },
    );
  }
}

/** A file without tables is taken; one of another program is not. */
function checkApplication(database: Database, file: string): void {
  const read = (name: string): number => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  if (read('application_id') === APPLICATION_ID) return;
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as { count: number };
  if (read('application_id') !== 0 || tables.count > 0) {
    throw new StoreError('store.unusable', `${file} is a database, but none of Drydock's service. Name another file.`);
  }
}
