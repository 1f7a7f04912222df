import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { AdvisoriesError } from '../errors.ts';
import { type LockOptions, whenFree } from './lock.ts';
import { checkSchema, type Database, explainFolder, explainSqlite, loadSqlite } from './sqlite.ts';

/** Files that SQLite keeps beside a database. */
export const COMPANIONS = ['-wal', '-shm', '-journal'] as const;

/**
 * Puts a database in place of another one, whole or not at all. Whoever reads the old one goes on with it.
 *
 * A log that the old one left would be taken for one of the new and ruin it, also if this process is killed right after
 * the new one is in place. So what is in the log goes into the old file first, and the lock is held until the end.
 * @throws AdvisoriesError `advisories.not-writable`
 */
export async function replaceDatabase(fresh: string, target: string, options: LockOptions = {}): Promise<void> {
  const old = await settle(target, options);
  try {
    renameSync(fresh, target);
  } catch (error) {
    throw explainFolder(error, target);
  } finally {
    old?.close();
  }
}

/** The old database without a log, locked against updates; undefined where there is none that could be opened. */
async function settle(target: string, options: LockOptions): Promise<Database | undefined> {
  if ((statSync(target, { throwIfNoEntry: false })?.size ?? 0) === 0) {
    removeCompanions(target);
    return undefined;
  }
  const { DatabaseSync } = await loadSqlite();
  let database: Database | undefined;
  try {
    database = new DatabaseSync(target, { timeout: 0, returnArrays: true });
    checkSchema(database, target);
    const old = database;
    await whenFree(() => hold(old), options);
    return database;
  } catch (error) {
    database?.close();
    const explained = explainSqlite(error, target);
    if (!(explained instanceof AdvisoriesError) || explained.code !== 'advisories.unusable') throw explained;
    // Nobody can read it, so nothing in its log is worth anything.
    removeCompanions(target);
    return undefined;
  }
}

/** Readers need not end for this, unless the last update ended while they read: then the log is still in use. */
function hold(database: Database): void {
  database.exec('PRAGMA journal_mode = DELETE');
  // Whoever wants to write has to wait, and whoever wants to have a log again too.
  database.exec('BEGIN IMMEDIATE');
}

function removeCompanions(file: string): void {
  for (const suffix of COMPANIONS) rmSync(`${file}${suffix}`, { force: true });
}

/**
 * Removes what processes that were killed left beside a file: `FILE.importing-4711`, whose process is no more.
 * @param kinds what such files are called
 */
export function removeLeftovers(file: string, kinds: readonly string[]): void {
  const folder = path.dirname(path.resolve(file));
  const start = `${path.basename(file)}.`;
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(start)) continue;
    const [, kind = '', pid] = /^([a-z]+)-(\d{1,10})(?!\d)/.exec(name.slice(start.length)) ?? [];
    if (kinds.includes(kind) && !isAlive(Number(pid))) rmSync(path.join(folder, name), { force: true });
  }
}

/** Whether there is a process of this number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
