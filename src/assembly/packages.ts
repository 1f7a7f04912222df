import type { Distribution } from '../model/distribution.ts';
import { type Ecosystem, homeOf } from '../model/ecosystem.ts';
import type { OwnershipFact, PackageRecord } from '../model/fact.ts';
import type { LayerInfo } from '../model/image.ts';
import { compareText } from '../model/order.ts';
import type { LayerRef, Package, Presence } from '../model/package.ts';
import { formatPurl } from '../model/purl.ts';
import type { DroppedRecord, InstalledRecord, Inventory } from './inventory.ts';
import type { MergedFiles } from './merged-files.ts';
import { eachPath, NodeFinder, type Ownership } from './ownership.ts';
import type { Pauses } from './pauses.ts';

/** Turns the records of an image into its packages, sorted by type, name, architecture and version. */
export async function makePackages(
  files: MergedFiles,
  inventory: Inventory,
  ownership: Ownership,
  distribution: Distribution | undefined,
  ecosystems: readonly Ecosystem[],
  pauses: Pauses,
): Promise<readonly Package[]> {
  const own = distribution === undefined ? undefined : homeOf(distribution, ecosystems);
  const { layers } = files.image;
  const removed = new Set(inventory.databases.filter((d) => d.removedBy !== undefined).map((d) => d.path));
  const repositoriesOf = repositoriesIn(files);
  const make = (installed: InstalledRecord, presence: Presence): Package =>
    makePackage(installed, presence, layers, own, distribution, repositoriesOf(installed));
  const packages = inventory.installed.map((one) => make(one, removed.has(one.path) ? 'recovered' : 'present'));
  for (const one of await recoverDropped(files, inventory, ownership, pauses)) packages.push(make(one, 'recovered'));
  return packages.sort(comparePackages);
}

function makePackage(
  { record, layer, introduced, path }: InstalledRecord,
  presence: Presence,
  layers: readonly LayerInfo[],
  own: Ecosystem | undefined,
  distribution: Distribution | undefined,
  repositories: readonly string[] | undefined,
): Package {
  const belongs = distribution !== undefined && own?.types.includes(record.type) === true;
  const { source } = record;
  // Who maintains a package tells where a derivative has it from; elsewhere everything is the distribution's.
  const vendor = record.vendor ?? (distribution?.parent === undefined ? undefined : record.maintainer);
  return {
    name: record.name,
    version: record.version,
    type: record.type,
    purl: purlOf(record, belongs ? distribution : undefined),
    ...(record.arch !== undefined && { arch: record.arch }),
    ...(source !== undefined && { source }),
    licences: record.licences ?? [],
    ...(vendor !== undefined && { vendor }),
    ...(record.modularityLabel !== undefined && { modularity: record.modularityLabel }),
    // Elsewhere such a file tells nothing, but could make advisories not apply.
    ...(belongs && own.lacksRepository !== undefined && repositories !== undefined && { repositories }),
    ...(belongs && { distribution: `${distribution.id}:${distribution.version}` }),
    layer: layerRef(layer, layers),
    ...(introduced !== layer && { introducedIn: layerRef(introduced, layers) }),
    locations: [path],
    presence,
  };
}

/**
 * Finds where a package may come from: what its layer says, else what any layer says, since later layers are built on
 * what is there.
 */
function repositoriesIn(files: MergedFiles): (installed: InstalledRecord) => readonly string[] | undefined {
  const facts = files.facts('repositories');
  if (facts.length === 0) return () => undefined;
  const known = new Map<string, readonly string[]>();
  function named(type: string, layer: number | undefined): readonly string[] {
    const key = `${type} ${layer ?? ''}`;
    let names = known.get(key);
    if (names === undefined) {
      const own = facts.filter(({ fact, layer: of }) => fact.type === type && (layer === undefined || of === layer));
      names = [...new Set(own.flatMap(({ fact }) => fact.names))].sort();
      known.set(key, names);
    }
    return names;
  }
  return ({ record, layer }) => {
    const own = named(record.type, layer);
    const names = own.length > 0 ? own : named(record.type, undefined);
    return names.length > 0 ? names : undefined;
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
async function recoverDropped(
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
    if (layer < (droppedBy.get(fact.owner) ?? 0)) lists.set(fact.owner, fact);
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

/** How lists name the owner of a package's files. */
function ownersOf(record: PackageRecord): readonly string[] {
  return [record.name, `${record.name}:${record.arch ?? ''}`];
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
