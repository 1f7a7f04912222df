import { StoreError } from '../../errors.ts';

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** Primary result code of an error of SQLite, or undefined for any other error. */
function resultCode(error: unknown): number | undefined {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** Tells whether another connection holds the lock that was wanted. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED;
}

/** Turns an error of SQLite into one that says what happened to which file and what to do; others pass unchanged. */
export function explainSqlite(error: unknown, path: string): unknown {
  const words = (error as Error).message;
  const make = (code: 'store.full' | 'store.unavailable' | 'store.unusable', message: string): StoreError =>
    new StoreError(code, message, { cause: error });
  switch (resultCode(error)) {
    case undefined:
      return error;
    case FULL:
      return make('store.full', `There is no room left to write the database ${path}. Nothing was changed.`);
    case BUSY:
    case LOCKED:
      return make('store.unavailable', `Another program keeps the database ${path} locked. Try again when it is done.`);
    case READONLY:
      return make('store.unusable', `The database ${path} cannot be written: the file or its folder is read-only.`);
    case NOTADB:
      return make('store.unusable', `${path} is not a database of Drydock's service. Name another file.`);
    case CORRUPT:
      return make(
        'store.unusable',
        `The database ${path} is damaged (${words}). Restore it from a copy, or remove it.`,
      );
    case CANTOPEN:
    case IOERR:
      return make('store.unusable', `The database ${path} cannot be read or written (${words}).`);
    default:
      return error;
  }
}

/** Runs something on a database and explains what SQLite throws. */
export function guarded<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw explainSqlite(error, path);
  }
}
