import type { Distribution } from '../model/distribution.ts';
import { type Ecosystem, ecosystemOf } from '../model/ecosystem.ts';
import type { PackageRecord } from '../model/fact.ts';
import type { LayerInfo } from '../model/image.ts';
import type { LayerRef, Package, Presence } from '../model/package.ts';
import { formatPurl } from '../model/purl.ts';
import type { InstalledRecord, Inventory } from './inventory.ts';
import type { MergedFiles } from './merged-files.ts';
import { NodeFinder, type Ownership, ownedPaths } from './ownership.ts';

/** Turns the records of an image into its packages, sorted by type, name, architecture and version. */
export function makePackages(
  files: MergedFiles,
  inventory: Inventory,
  ownership: Ownership,
  distribution: Distribution | undefined,
  ecosystems: readonly Ecosystem[],
): readonly Package[] {
  const own = distribution === undefined ? undefined : ecosystemOf(distribution.id, ecosystems);
  const { layers } = files.image;
  const removed = new Set(inventory.databases.filter((d) => d.removedBy !== undefined).map((d) => d.path));
  const make = (installed: InstalledRecord, presence: Presence): Package =>
    makePackage(installed, presence, layers, own, distribution);
  const packages = inventory.installed.map((one) => make(one, removed.has(one.path) ? 'recovered' : 'present'));
  for (const one of recoverDropped(files, inventory, ownership)) packages.push(make(one, 'recovered'));
  return packages.sort(comparePackages);
}

function makePackage(
  { record, layer, introduced, path }: InstalledRecord,
  presence: Presence,
  layers: readonly LayerInfo[],
  own: Ecosystem | undefined,
  distribution: Distribution | undefined,
): Package {
  const belongs = distribution !== undefined && own?.types.includes(record.type) === true;
  const { source } = record;
  return {
    name: record.name,
    version: record.version,
    type: record.type,
    purl: purlOf(record, belongs ? distribution : undefined),
    ...(record.arch !== undefined && { arch: record.arch }),
    ...(source !== undefined && { source }),
    licences: record.licences ?? [],
    ...(belongs && { distribution: `${distribution.id}:${distribution.version}` }),
    layer: layerRef(layer, layers),
    ...(introduced !== layer && { introducedIn: layerRef(introduced, layers) }),
    locations: [path],
    presence,
  };
}

function layerRef(index: number, layers: readonly LayerInfo[]): LayerRef {
  const diffId = layers[index]?.diffId;
  return { index, ...(diffId !== undefined && { diffId }) };
}

function purlOf(record: PackageRecord, distribution: Distribution | undefined): string {
  return formatPurl(record.type, distribution?.id, record.name, record.version, {
    arch: record.arch,
    distro: distribution === undefined ? undefined : `${distribution.id}-${distribution.version}`,
  });
}

/** Parts of the tree that a package manager leaves behind on purpose, or that show nothing of what still runs. */
const leftovers = ['etc/', 'var/', 'usr/share/doc/', 'usr/share/man/', 'usr/share/locale/'];

/**
 * Packages that an upper layer's database no longer lists although most of their files are still what the merged view
 * shows, from the layers below, and no listed package owns them: the database was edited, the software stayed.
 */
function recoverDropped(files: MergedFiles, inventory: Inventory, ownership: Ownership): InstalledRecord[] {
  if (inventory.dropped.length === 0) return [];
  const lists = new Map<string, string[]>();
  for (const { layer, fact } of files.facts('ownership')) {
    if (inventory.dropped.some((one) => owns(fact.owner, one.record) && one.droppedBy >= layer)) {
      lists.set(fact.owner, [...ownedPaths(fact)]);
    }
  }
  const nodes = new NodeFinder(files);
  const { tree } = files;
  return inventory.dropped.filter((one) => {
    const owner = [...lists.keys()].find((name) => owns(name, one.record));
    if (owner === undefined) return false;
    let all = 0;
    let left = 0;
    for (const path of lists.get(owner) ?? []) {
      if (leftovers.some((prefix) => path.startsWith(prefix))) continue;
      const node = nodes.find(path);
      if (node !== undefined && tree.typeOf(node) === 'directory') continue;
      all++;
      if (node === undefined || tree.layerOf(node) >= one.droppedBy) continue;
      const by = ownership.ownerOfNode(node);
      if (by === undefined || !ownership.isInstalled(by)) left++;
    }
    return left > 0 && left * 2 >= all;
  });
}

function owns(owner: string, record: PackageRecord): boolean {
  return owner === record.name || owner === `${record.name}:${record.arch ?? ''}`;
}

function comparePackages(a: Package, b: Package): number {
  return (
    compareText(a.type, b.type) ||
    compareText(a.name, b.name) ||
    compareText(a.arch ?? '', b.arch ?? '') ||
    compareText(a.version, b.version) ||
    compareText(a.locations[0] ?? '', b.locations[0] ?? '')
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
