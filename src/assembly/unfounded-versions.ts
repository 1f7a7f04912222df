import type { DatabaseContradiction } from '../model/view.ts';
import type { Pauses } from '../pauses.ts';
import type { InstalledRecord } from './installed-record.ts';
import type { Inventory } from './inventory.ts';
import type { MergedFiles } from './merged-files.ts';
import type { PackageLists } from './package-lists.ts';

/** Versions that a layer's database names, though the files stayed as they were. */
export interface UnfoundedVersions {
  /** The packages as the files are. */
  readonly recovered: readonly InstalledRecord[];
  readonly contradictions: readonly DatabaseContradiction[];
}

/**
 * Packages of which a layer's database names another version, while more than three quarters of their files that are in
 * sight are of the layers below: every package manager unpacks all files of a new version.
 */
export async function unfoundedVersions(
  files: MergedFiles,
  inventory: Pick<Inventory, 'renewed'>,
  lists: PackageLists,
  pauses: Pauses,
): Promise<UnfoundedVersions> {
  const { tree } = files;
  const recovered: InstalledRecord[] = [];
  const contradictions: DatabaseContradiction[] = [];
  /** For each list, how many of its files are of each layer: many layers may ask for one. */
  const known = new Map<string, ReadonlyMap<number, number>>();
  for (const { before, after } of inventory.renewed) {
    const { layer, path } = after;
    // The layer that names the version may have written a list that fits it.
    const list = lists.of(before.record).findLast((one) => one.layer < layer)?.fact.files;
    if (pauses.isDue(1)) await pauses.take();
    if (list === undefined) continue;
    let layers = known.get(list);
    if (layers === undefined) {
      if (pauses.isDue(list.length / 10)) await pauses.take();
      const counts = new Map<number, number>();
      lists.eachFile(list, (node) => {
        if (node === undefined) return;
        const of = tree.layerOf(node);
        counts.set(of, (counts.get(of) ?? 0) + 1);
      });
      layers = counts;
      known.set(list, layers);
    }
    let all = 0;
    let kept = 0;
    for (const [of, count] of layers) {
      all += count;
      if (of < layer) kept += count;
    }
    if (kept * 4 <= all * 3) continue;
    recovered.push(before);
    contradictions.push({
      kind: 'version',
      package: before.record.name,
      before: before.record.version,
      after: after.record.version,
      path,
      layer,
      files: all,
      kept,
    });
  }
  return { recovered, contradictions };
}
