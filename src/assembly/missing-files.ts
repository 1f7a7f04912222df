import type { DatabaseContradiction } from '../model/view.ts';
import type { Inventory } from './inventory.ts';
import { ownerNames } from './owner-names.ts';
import type { Ownership } from './ownership.ts';

/** Packages that may lack a list among this many that have one: what a database of another make keeps no lists for is none. */
const RARE = 10;

/**
 * Packages that a database in sight lists, though less than a quarter of their programs and libraries are there, or
 * though they alone have no list of files. Documentation, translations and data are removed to make images small, and
 * say nothing.
 */
export function missingFiles(
  { installed, databases }: Pick<Inventory, 'installed' | 'databases'>,
  ownership: Ownership,
): DatabaseContradiction[] {
  const found: DatabaseContradiction[] = [];
  for (const { path: database, removedBy } of databases) {
    if (removedBy !== undefined) continue;
    // rpm has packages that are nothing but a name, and apk ones that stand for what was asked for.
    const isDpkg = database.startsWith('var/lib/dpkg/');
    const without: DatabaseContradiction[] = [];
    let count = 0;
    for (const { record, layer, path } of installed) {
      if (path !== database) continue;
      count++;
      const programs = ownerNames(record)
        .map((name) => ownership.programsOf(record.type, name))
        .find((one) => one !== undefined);
      const { files, kept } = programs ?? { files: 0, kept: 0 };
      const isGone = files >= 2 && kept * 4 < files;
      if (!isGone && (programs !== undefined || !isDpkg)) continue;
      const { name, version } = record;
      (isGone ? found : without).push({ kind: 'files', package: name, version, path, layer, files, kept });
    }
    if (without.length * RARE <= count) for (const one of without) found.push(one);
  }
  return found;
}
