import type { DatabaseContradiction } from '../model/view.ts';
import type { Pauses } from '../pauses.ts';
import type { Inventory } from './inventory.ts';
import type { MergedFiles } from './merged-files.ts';
import { ownerNames } from './owner-names.ts';
import type { Ownership } from './ownership.ts';
import type { PackageLists } from './package-lists.ts';

/** A package that no database tells of. */
export type UnlistedPackage = Extract<DatabaseContradiction, { kind: 'unlisted' }>;

/**
 * Packages whose list of files is in sight, and most of the files with it, that no database of any layer tells of: their
 * paragraph was taken out before the layer was packed. What a removed package leaves (settings, and a list of those) is
 * none.
 */
export async function unlistedPackages(
  files: MergedFiles,
  { installed, dropped }: Pick<Inventory, 'installed' | 'dropped'>,
  ownership: Ownership,
  lists: PackageLists,
  pauses: Pauses,
): Promise<UnlistedPackage[]> {
  const owned = files.facts('ownership');
  const untold = new Set(owned.map(({ fact }) => `${fact.type} ${fact.owner}`));
  for (const records of [installed, dropped]) {
    for (const { record } of records) for (const name of ownerNames(record)) untold.delete(`${record.type} ${name}`);
  }
  const found = new Map<string, UnlistedPackage>();
  for (const { layer, fact } of owned) {
    const { path, owner, type } = fact;
    if (!untold.has(`${type} ${owner}`) || fact.files === '' || !files.shows(layer, path)) continue;
    if (pauses.isDue(1 + fact.files.length / 10)) await pauses.take();
    let all = 0;
    let kept = 0;
    lists.eachFile(fact.files, (node) => {
      all++;
      const by = node === undefined ? undefined : ownership.ownerOfNode(node);
      if (node !== undefined && (by === undefined || !ownership.isInstalled(by))) kept++;
    });
    if (kept === 0 || kept * 2 < all) continue;
    found.set(`${type} ${owner}`, { kind: 'unlisted', package: owner, path, layer, files: all, kept });
  }
  return [...found.values()];
}
