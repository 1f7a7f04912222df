/** Primary result codes of SQLite (sqlite.org/rescode.html), as far as their errors are told apart. */
export const sqliteResult = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** Primary result code of an error of SQLite, or undefined for any other error. */
export function resultCode(error: unknown): number | undefined {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** Tells whether another connection holds the lock that was wanted. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === sqliteResult.busy || code === sqliteResult.locked;
}
