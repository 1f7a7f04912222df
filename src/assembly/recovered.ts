import type { OwnershipFact, PackageRecord } from '../model/fact.ts';
import type { DroppedRecord, InstalledRecord } from './installed-record.ts';
import { type Inventory, ownerNames } from './inventory.ts';
import type { MergedFiles } from './merged-files.ts';
import { eachPath, NodeFinder, type Ownership } from './ownership.ts';
import type { Pauses } from './pauses.ts';

/** Parts of the tree that a package manager leaves behind on purpose, or that show nothing of what still runs. */
const leftovers = ['etc/', 'var/', 'usr/share/doc/', 'usr/share/man/', 'usr/share/locale/'];

/**
 * Packages that an upper layer's database no longer lists although most of their files are still what the merged view
 * shows, from the layers below, and no listed package owns them: the database was edited, the software stayed.
 */
export async function recoverDropped(
  files: MergedFiles,
  inventory: Inventory,
  ownership: Ownership,
  pauses: Pauses,
): Promise<InstalledRecord[]> {
  if (inventory.dropped.length === 0) return [];
  const droppedBy = new Map<string, number>();
  for (const { record, droppedBy: by } of inventory.dropped)
    for (const name of ownersOf(record)) droppedBy.set(name, by);
  // The list of the layer that dropped a package is written by whoever dropped it.
  const lists = new Map<string, OwnershipFact>();
  for (const { layer, fact } of files.facts('ownership')) {
    const owner = `${fact.type} ${fact.owner}`;
    if (layer < (droppedBy.get(owner) ?? 0)) lists.set(owner, fact);
  }
  const nodes = new NodeFinder(files);
  const { tree } = files;
  const isLeft = (one: DroppedRecord, list: OwnershipFact): boolean => {
    let all = 0;
    let left = 0;
    eachPath(list.files, (start, end) => {
      if (leftovers.some((prefix) => list.files.startsWith(prefix, start))) return;
      const node = nodes.find(list.files, start, end);
      if (node !== undefined && tree.typeOf(node) === 'directory') return;
      all++;
      if (node === undefined || tree.layerOf(node) >= one.droppedBy) return;
      const by = ownership.ownerOfNode(node);
      if (by === undefined || !ownership.isInstalled(by)) left++;
    });
    return left > 0 && left * 2 >= all;
  };
  const recovered: InstalledRecord[] = [];
  for (const one of inventory.dropped) {
    const list = ownersOf(one.record)
      .map((name) => lists.get(name))
      .find((fact) => fact !== undefined);
    if (pauses.isDue(1 + (list?.files.length ?? 0) / 10)) await pauses.take();
    if (list !== undefined && isLeft(one, list)) recovered.push(one);
  }
  return recovered;
}

/** How lists name the owner of a package's files, with its type: packages of languages have no lists. */
function ownersOf(record: PackageRecord): readonly string[] {
  return ownerNames(record).map((name) => `${record.type} ${name}`);
}
