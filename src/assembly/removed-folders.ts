import type { DatabaseState } from '../model/view.ts';
import type { DroppedRecord, InstalledRecord } from './installed-record.ts';
import type { SinglePackages } from './single-packages.ts';

/** Folders that are a database together, one file or folder for each package, by the type of those. */
const folders: readonly { readonly path: string; readonly slot: string; readonly type: string }[] = [
  { path: 'var/lib/dpkg/status.d', slot: 'dpkg', type: 'deb' },
  { path: 'var/lib/pacman/local', slot: 'pacman', type: 'alpm' },
];

/** What the removal of whole folders changes. */
export interface RemovedFolders {
  readonly databases: readonly DatabaseState[];
  /** Packages that the folders listed when they were removed. */
  readonly recovered: readonly InstalledRecord[];
  /** Those that were dropped one by one. */
  readonly dropped: readonly DroppedRecord[];
}

/**
 * Folders of packages of which nothing is left, though nobody removes the last packages of a system: the database was
 * removed, and its packages are those that the layer that did it found there.
 *
 * @param databases those of one file: where one of the slot is, packages moved there
 */
export function removedFolders(single: SinglePackages, databases: readonly DatabaseState[]): RemovedFolders {
  const removed: DatabaseState[] = [];
  const recovered: InstalledRecord[] = [];
  let dropped = single.dropped;
  for (const { path, slot, type } of folders) {
    const prefix = `${path}/`;
    const isOfFolder = (one: InstalledRecord): boolean => one.record.type === type && one.path.startsWith(prefix);
    if (databases.some((database) => database.slot === slot) || single.installed.some(isOfFolder)) continue;
    const gone = dropped.filter(isOfFolder);
    if (gone.length === 0) continue;
    let by = 0;
    let layer = 0;
    for (const one of gone) by = Math.max(by, one.droppedBy);
    const last = new Set(gone.filter((one) => one.droppedBy === by));
    for (const one of last) {
      layer = Math.max(layer, one.layer);
      recovered.push(one);
    }
    removed.push({ slot, path, layer, removedBy: by });
    dropped = dropped.filter((one) => !last.has(one));
  }
  return { databases: removed, recovered, dropped };
}

/** Paths by which a database may be known that has something at a path: its own, and that of a folder that it is a part of. */
export function databasePaths(path: string): readonly string[] {
  const folder = folders.find((one) => path.startsWith(`${one.path}/`));
  return folder === undefined ? [path] : [path, folder.path];
}
