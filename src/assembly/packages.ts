import type { Distribution } from '../model/distribution.ts';
import { distributionTypes, type Ecosystem, homeOf } from '../model/ecosystem.ts';
import type { LayerInfo } from '../model/image.ts';
import { compareText } from '../model/order.ts';
import type { Package, Presence } from '../model/package.ts';
import type { Problem } from '../model/problem.ts';
import { packagePurl } from '../model/purl.ts';
import type { Pauses } from '../pauses.ts';
import type { InstalledRecord } from './installed-record.ts';
import type { Inventory } from './inventory.ts';
import { makeLanguagePackages } from './language-packages.ts';
import { layerRef } from './layer-ref.ts';
import type { MergedFiles } from './merged-files.ts';
import type { Ownership } from './ownership.ts';
import { databasePaths } from './removed-folders.ts';

/**
 * Turns the records of an image into its packages, sorted by type, name, architecture and version.
 * @param recovered what no database in sight lists, and is there all the same
 * @param problems gets what was left out
 */
export async function makePackages(
  files: MergedFiles,
  inventory: Inventory,
  ownership: Ownership,
  recovered: readonly InstalledRecord[],
  distribution: Distribution | undefined,
  ecosystems: readonly Ecosystem[],
  pauses: Pauses,
  problems: Problem[] = [],
): Promise<readonly Package[]> {
  const own = distribution === undefined ? undefined : homeOf(distribution, ecosystems);
  const { layers } = files.image;
  const removed = new Set(inventory.databases.filter((d) => d.removedBy !== undefined).map((d) => d.path));
  const repositoriesOf = repositoriesIn(files);
  const types = distributionTypes(ecosystems);
  const databases = new Set(files.facts('package-database').map(({ fact }) => fact.path));
  const make = (installed: InstalledRecord, presence: Presence): Package =>
    makePackage(installed, presence, layers, own, distribution, repositoriesOf(installed));
  const packages: Package[] = [];
  const others: InstalledRecord[] = [];
  for (const one of inventory.installed) {
    const isSystem = types.has(one.record.type) || databases.has(one.path);
    if (isSystem) {
      const isRemoved = databasePaths(one.path).some((path) => removed.has(path));
      packages.push(make(one, isRemoved ? 'recovered' : 'present'));
    } else others.push(one);
  }
  for (const one of recovered) packages.push(make(one, 'recovered'));
  const held = { ...inventory, installed: [...inventory.installed, ...recovered] };
  const languages = await makeLanguagePackages(files, others, held, ownership, ecosystems, pauses, problems);
  for (const one of languages) packages.push(one);
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
  const belongs = distribution !== undefined && own?.types.includes(record.type) === true && isOf(record, distribution);
  const { source } = record;
  // Who maintains a package tells where a derivative has it from; elsewhere everything is the distribution's.
  const vendor = record.vendor ?? (distribution?.parent === undefined ? undefined : record.maintainer);
  return {
    name: record.name,
    version: record.version,
    type: record.type,
    purl: packagePurl(record, belongs ? distribution : undefined),
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

/** A program that was copied from another distribution says so (`elf-package-notes`): advisories of this one are not about it. */
function isOf({ qualifiers }: InstalledRecord['record'], { id, version }: Distribution): boolean {
  const told = qualifiers?.['distro'];
  return told === undefined || told === id || `${told}.`.startsWith(`${id}-${version}.`);
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

function comparePackages(a: Package, b: Package): number {
  return (
    compareText(a.type, b.type) ||
    compareText(a.name, b.name) ||
    compareText(a.arch ?? '', b.arch ?? '') ||
    compareText(a.version, b.version) ||
    compareText(a.locations[0] ?? '', b.locations[0] ?? '')
  );
}
