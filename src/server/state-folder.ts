import { statSync } from 'node:fs';
import path from 'node:path';
import type { ServiceSettings } from '../config/service-settings.ts';
import { StoreError, UsageError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { isPostgresSource } from '../store/postgres/connection-settings.ts';
import type { ServiceLog } from './service-log.ts';

type Places = Pick<ServiceSettings, 'stateFolder' | 'store'>;

/**
 * Refuses what cannot become a folder, before anything is started.
 * @throws UsageError `usage.configuration` where a file is in the way of the state folder, or of that of the database
 */
export function checkFolders({ stateFolder, store }: Places): void {
  const source = store.reveal();
  const own = isPostgresSource(source) ? undefined : path.dirname(source);
  // With PostgreSQL the state folder may never be needed: then only what stands at its very place is a mistake.
  const inTheWay = isFile(stateFolder) ? stateFolder : own === undefined ? undefined : fileOnTheWayTo(own);
  if (inTheWay === undefined) return;
  const isState = inTheWay === stateFolder || own === stateFolder;
  const [what, option] = isState
    ? ['its state folder, for its database and uploads', '--state-dir FOLDER']
    : ['the folder of its database', '--store FILE'];
  const target = isState ? stateFolder : own;
  const where = target === inTheWay ? 'it' : `${target}, below it,`;
  throw new UsageError(
    'usage.configuration',
    `${inTheWay} is no folder, and the service needs ${where} as ${what}. Move it away, or name another place (${option}).`,
  );
}

function isFile(place: string): boolean {
  try {
    return statSync(place, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch {
    // Below a file, or not to be looked at: whoever makes it says so.
    return false;
  }
}

function fileOnTheWayTo(folder: string): string | undefined {
  for (let place = folder; path.dirname(place) !== place; place = path.dirname(place)) if (isFile(place)) return place;
  return undefined;
}

/**
 * Makes the folder of the database. One of our own is for its user alone; one that somebody named is theirs to protect.
 * @throws StoreError `store.unusable`
 */
export function prepareFolder(folder: string, stateFolder: string, log: ServiceLog): void {
  const isOwn = folder === stateFolder;
  try {
    makeFolder(folder, isOwn ? 0o700 : 0o777);
    if (isOwn && (statSync(folder).mode & 0o077) !== 0) {
      log.warn({ folder }, 'other users of this machine can enter the state folder: chmod 700 it');
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new StoreError('store.unusable', `${folder}: the folder of the database cannot be made or used (${code}).`, {
      cause: error,
    });
  }
}
