import { StoreError } from '../../errors.ts';
import { resultCode, sqliteResult } from '../../sqlite-result.ts';

/** Turns an error of SQLite into one that says what happened to which file and what to do; others pass unchanged. */
export function explainSqlite(error: unknown, path: string): unknown {
  const words = (error as Error).message;
  const make = (code: 'store.full' | 'store.unavailable' | 'store.unusable', message: string): StoreError =>
    new StoreError(code, message, { cause: error });
  switch (resultCode(error)) {
    case undefined:
      return error;
    case sqliteResult.full:
      return make('store.full', `There is no room left to write the database ${path}. Nothing was changed.`);
    case sqliteResult.busy:
    case sqliteResult.locked:
      return make('store.unavailable', `Another program keeps the database ${path} locked. Try again when it is done.`);
    case sqliteResult.readOnly:
      return make('store.unusable', `The database ${path} cannot be written: the file or its folder is read-only.`);
    case sqliteResult.notADatabase:
      return make('store.unusable', `${path} is not a database of Drydock's service. Name another file.`);
    case sqliteResult.corrupt:
      return make(
        'store.unusable',
        `The database ${path} is damaged (${words}). Restore it from a copy, or remove it.`,
      );
    case sqliteResult.cannotOpen:
    case sqliteResult.ioError:
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
