import type { PackageRecord } from '../model/fact.ts';
import type { Pauses } from '../pauses.ts';
import type { FileOwners } from './file-owners.ts';
import type { Inventory } from './inventory.ts';
import type { MergedFiles } from './merged-files.ts';
import { singlePackages } from './single-packages.ts';

/**
 * Adds the programs that were known by their bytes and that no package of the distribution brought: those of a distribution are
 * in the inventory by its name for them already. One that is out of sight is not added.
 */
export async function withClassified(
  inventory: Inventory,
  files: MergedFiles,
  owners: FileOwners,
  pauses: Pauses,
): Promise<Inventory> {
  const all = files.facts('package').filter(({ fact }) => fact.classified === true);
  if (all.length === 0) return inventory;
  const paths = new Set<string>();
  for (const { layer, fact } of all) if (isNobodys(files, owners, layer, fact.path)) paths.add(fact.path);
  if (paths.size === 0) return inventory;
  const changes = inventory.layers.map(({ added, changed, removed }) => ({
    added: [...added],
    changed: [...changed],
    removed: [...removed],
  }));
  const isListed = listedIn(inventory);
  const stating = all.filter(({ fact }) => paths.has(fact.path) && !isListed(fact.package));
  if (stating.length === 0) return inventory;
  const { installed } = await singlePackages(files, changes, pauses, stating);
  return {
    ...inventory,
    installed: [...inventory.installed, ...installed],
    layers: changes.map((change, layer) => ({ layer, ...change })),
  };
}

/** Whether a database has a package already, by its own name or that of its source, which is what a note in a program tells. */
function listedIn({ installed }: Inventory): (record: PackageRecord) => boolean {
  const keys = new Set(
    installed.flatMap(({ record: { type, name, version, source } }) => {
      const own = `${type} ${name} ${version}`;
      return source === undefined ? [own] : [own, `${type} ${source.name} ${source.version}`];
    }),
  );
  return ({ type, name, version }) => type !== 'generic' && keys.has(`${type} ${name} ${version}`);
}

function isNobodys(files: MergedFiles, owners: FileOwners, layer: number, path: string): boolean {
  if (!files.shows(layer, path)) return false;
  const { node } = files.tree.find(path);
  return node === undefined || owners.ownerOfNode(node, layer) === undefined;
}
