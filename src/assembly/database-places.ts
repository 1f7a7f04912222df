import type { DatabaseContradiction, DatabaseState } from '../model/view.ts';
import type { MergedFiles } from './merged-files.ts';

/** Where databases are, for those that no layer ever brought. */
const places: readonly string[] = [
  'var/lib/dpkg/status',
  'lib/apk/db/installed',
  'usr/lib/apk/db/installed',
  'var/lib/rpm/rpmdb.sqlite',
  'usr/lib/sysimage/rpm/rpmdb.sqlite',
];

const WRITABLE_BY_ALL = 0o002;

/**
 * What stands where a database should be and is no plain file of root: a link to another file, a FIFO, a device, a
 * directory, or a file that others may rewrite. Links to the folder around it are how systems are laid out.
 */
export function databasePlaces(files: MergedFiles, databases: readonly DatabaseState[]): DatabaseContradiction[] {
  const { tree } = files;
  const found: DatabaseContradiction[] = [];
  const seen = new Set<number>();
  for (const path of new Set([...databases.map((one) => one.path), ...places])) {
    const node = tree.at(path);
    const content = node === undefined ? undefined : tree.contentOf(node);
    if (node === undefined || content === undefined || seen.has(node)) continue;
    seen.add(node);
    const index = tree.indexOf(content);
    if (index === undefined) continue;
    const entry = tree.entryOf(content);
    const type = index.typeOf(entry);
    const uid = index.uidOf(entry);
    const mode = index.modeOf(entry);
    // Folders of packages are databases, too, and are folders.
    const isFolder = type === 'directory' && databases.some((one) => one.path === path && one.removedBy === undefined);
    if (isFolder || (type === 'file' && uid === 0 && (mode & WRITABLE_BY_ALL) === 0)) continue;
    found.push({ kind: 'place', path, layer: tree.layerOf(node), type, uid, mode });
  }
  return found;
}
