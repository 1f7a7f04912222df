import { type Stats, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { AdvisoriesError } from '../errors.ts';
import { resultCode, sqliteResult } from '../sqlite-result.ts';
import { APPLICATION_ID, SCHEMA_VERSION } from './schema.ts';

/** An open database. */
export type Database = DatabaseSync;

/** Milliseconds to wait for the moment in which another process commits. */
const COMMIT_WAIT = 5000;

/** SQLITE_READONLY_DBMOVED: the file that is open is no longer the one of its name. */
const MOVED = 1032;

/** SQLite is loaded when it is needed: a command that asks for no advisories does not pay for it. */
export async function loadSqlite(): Promise<{ readonly DatabaseSync: typeof DatabaseSync }> {
  return await import('node:sqlite');
}

/** Turns an error of SQLite into one that says what happened to which file and what to do; others pass unchanged. */
export function explainSqlite(error: unknown, path: string): unknown {
  const code = resultCode(error);
  const words = (error as Error).message;
  switch (code) {
    case undefined:
      return error;
    case sqliteResult.full:
      return notWritable(`There is no room left to write the advisory database ${path}.`, error);
    case sqliteResult.readOnly:
      if ((error as { errcode?: number }).errcode === MOVED) {
        return notWritable(
          `Another process put a new advisory database in place of ${path} meanwhile. Try again: what it has need not be fetched.`,
          error,
        );
      }
      return notWritable(
        `The advisory database ${path} cannot be written: the file or its folder is read-only.`,
        error,
      );
    case sqliteResult.busy:
    case sqliteResult.locked:
      return notWritable(
        `Another process is updating the advisory database ${path}. Try again when it is done.`,
        error,
      );
    case sqliteResult.notADatabase:
      return unusable(`${path} is not an advisory database. Remove it, or name another file with --db.`, error);
    case sqliteResult.corrupt:
      return unusable(
        `The advisory database ${path} is damaged (${words}). Remove it and run "drydock db update".`,
        error,
      );
    case sqliteResult.cannotOpen:
    case sqliteResult.ioError:
      return unusable(`The advisory database ${path} cannot be read (${words}).`, error);
    default:
      return unusable(`The advisory database ${path} cannot be used (${words}).`, error);
  }
}

function notWritable(message: string, cause?: unknown): AdvisoriesError {
  return new AdvisoriesError('advisories.not-writable', message, { cause });
}

function unusable(message: string, cause?: unknown): AdvisoriesError {
  return new AdvisoriesError('advisories.unusable', message, { cause });
}

/** Runs something on a database and explains what SQLite throws. */
export function guarded<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw explainSqlite(error, path);
  }
}

/** What is at a path; undefined where nothing is. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw unusable(`The advisory database ${path} cannot be read (${reason}).`, error);
  }
}

/**
 * Opens a database to read it.
 * @throws AdvisoriesError `advisories.missing` or `advisories.unusable`
 */
export async function openForReading(path: string): Promise<Database> {
  const { DatabaseSync } = await loadSqlite();
  const stat = look(path);
  if (stat === undefined) {
    throw new AdvisoriesError(
      'advisories.missing',
      `There is no advisory database at ${path}. Run "drydock db update" or "drydock db import".`,
    );
  }
  if (!stat.isFile()) throw unusable(`${path} is not a file, so it cannot be an advisory database.`);
  return guarded(path, () => {
    const open = (location: string | URL): Database => {
      const database = new DatabaseSync(location, { readOnly: true, timeout: COMMIT_WAIT, returnArrays: true });
      try {
        checkSchema(database, path);
      } catch (error) {
        database.close();
        throw error;
      }
      return database;
    };
    try {
      return open(path);
    } catch (error) {
      const code = resultCode(error);
      // An update that ended with readers about leaves the file in write-ahead mode, which needs a writable folder. Where
      // nothing is left in the log, the file may be read as it is.
      const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
      if ((code !== sqliteResult.cannotOpen && code !== sqliteResult.readOnly) || (log !== undefined && log.size > 0))
        throw error;
      const location = pathToFileURL(path);
      location.search = '?immutable=1';
      return open(location);
    }
  });
}

/**
 * Refuses files that are not ours or of another version.
 * @throws AdvisoriesError `advisories.unusable`
 */
export function checkSchema(database: Database, path: string): void {
  const application = pragma(database, 'application_id');
  if (application !== APPLICATION_ID) {
    throw unusable(`${path} is a database, but no advisory database. Name another file with --db.`);
  }
  const version = pragma(database, 'user_version');
  if (version > SCHEMA_VERSION) {
    throw unusable(
      `The advisory database ${path} was written by a newer version of Drydock (schema ${version}, known is ${SCHEMA_VERSION}). Update Drydock, or name another file with --db.`,
    );
  }
  if (version < SCHEMA_VERSION) {
    throw unusable(
      `The advisory database ${path} was written by an older version of Drydock (schema ${version}, needed is ${SCHEMA_VERSION}). Remove it and run "drydock db update".`,
    );
  }
}

/** True for a file in which nothing was written yet. */
export function isBlank(database: Database): boolean {
  return pragma(database, 'application_id') === 0 && pragma(database, 'schema_version') === 0;
}

function pragma(database: Database, name: 'application_id' | 'user_version' | 'schema_version'): number {
  const row = database.prepare(`PRAGMA ${name}`).get() as unknown;
  const value = Array.isArray(row) ? row[0] : Object.values(row as object)[0];
  return value as number;
}

/** @throws AdvisoriesError `advisories.not-writable` if the folder of a new database cannot be written */
export function explainFolder(error: unknown, path: string): AdvisoriesError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOTDIR') {
    const words = `The advisory database ${path} cannot be made: a file is where its folder has to be. Move that away, or name another place (--cache-dir, --db).`;
    return notWritable(words, error);
  }
  const reason = code === 'EROFS' || code === 'EACCES' || code === 'EPERM' ? 'it is read-only' : String(code ?? error);
  return notWritable(`The folder of the advisory database ${path} cannot be written (${reason}).`, error);
}
