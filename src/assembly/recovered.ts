import type { Pauses } from '../pauses.ts';
import type { DroppedRecord } from './installed-record.ts';
import type { Inventory } from './inventory.ts';
import type { MergedFiles } from './merged-files.ts';
import type { Ownership } from './ownership.ts';
import type { PackageLists } from './package-lists.ts';

/** Lists of one package at either end that are compared, where many layers have one. */
const MOST_LISTS = 4;

/**
 * Packages that an upper layer's database no longer lists although most of their files are still what the merged view
 * shows, from the layers below, and no listed package owns them: the database was edited, the software stayed.
 */
export async function recoverDropped(
  files: MergedFiles,
  inventory: Inventory,
  ownership: Ownership,
  lists: PackageLists,
  pauses: Pauses,
): Promise<DroppedRecord[]> {
  const { tree } = files;
  /** Whether a node is what the layers below a layer brought, even if the layer brought it again. */
  const isKept = (node: number, layer: number, before: number): boolean => {
    if (tree.layerOf(node) < layer) return true;
    const lower = tree.layerIndex(before);
    const entry = lower?.find(tree.pathOf(node));
    if (lower === undefined || entry === undefined || tree.typeOf(node) !== lower.typeOf(entry)) return false;
    const size = lower.sizeOf(entry);
    return size > 0 && size === tree.indexOf(node)?.sizeOf(tree.entryOf(node));
  };
  const isLeft = (one: DroppedRecord, list: string): boolean => {
    let all = 0;
    let left = 0;
    lists.eachFile(list, (node) => {
      all++;
      if (node === undefined || !isKept(node, one.droppedBy, one.layer)) return;
      const by = ownership.ownerOfNode(node);
      if (by === undefined || !ownership.isInstalled(by)) left++;
    });
    if (all === 0) return lists.hasDocumentation(list, (node) => isKept(node, one.droppedBy, one.layer));
    return left > 0 && left * 2 >= all;
  };
  const recovered: DroppedRecord[] = [];
  for (const one of inventory.dropped) {
    if (pauses.isDue(1)) await pauses.take();
    // The list of the layer that dropped a package is written by whoever dropped it; one of a layer before it may be, too.
    const below = lists.of(one.record).filter(({ layer }) => layer < one.droppedBy);
    const asked = below.filter(
      ({ layer }, i) => layer === one.layer || i < MOST_LISTS || i >= below.length - MOST_LISTS,
    );
    for (const { fact } of asked.reverse()) {
      if (pauses.isDue(fact.files.length / 10)) await pauses.take();
      if (!isLeft(one, fact.files)) continue;
      recovered.push(one);
      break;
    }
  }
  return recovered;
}
