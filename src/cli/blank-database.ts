import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Where the header of an SQLite file (sqlite.org/fileformat.html) has the schema's cookie and the application's id. */
const SCHEMA_COOKIE = 40;
const APPLICATION_ID = 68;
const HEADER = 100;

/**
 * Of a database that cannot be opened: whether nothing is there, or nothing was written into it yet, because somebody is
 * making it, or could not. Of one that can be opened it says nothing, since the content may still stand in the
 * write-ahead file.
 */
export function isBlankDatabase(file: string): boolean {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined) return true;
    if (!stats.isFile()) return false;
    const header = Buffer.alloc(HEADER);
    const descriptor = openSync(file, 'r');
    const length = readSync(descriptor, header, 0, HEADER, 0);
    closeSync(descriptor);
    if (length === 0) return true;
    const isSqlite = header.toString('latin1', 0, 16) === 'SQLite format 3\0';
    return isSqlite && header.readUInt32BE(SCHEMA_COOKIE) === 0 && header.readUInt32BE(APPLICATION_ID) === 0;
  } catch {
    // Whoever opens it tells why it cannot be.
    return false;
  }
}
