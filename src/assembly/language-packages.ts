import type { Ecosystem } from '../model/ecosystem.ts';
import type { PackageRecord } from '../model/fact.ts';
import { compareText } from '../model/order.ts';
import type { Hashes, Package } from '../model/package.ts';
import type { Problem } from '../model/problem.ts';
import { packagePurl } from '../model/purl.ts';
import type { Pauses } from '../pauses.ts';
import { FileOwners } from './file-owners.ts';
import type { InstalledRecord } from './installed-record.ts';
import type { Inventory } from './inventory.ts';
import { layerRef } from './layer-ref.ts';
import type { MergedFiles } from './merged-files.ts';
import type { Ownership } from './ownership.ts';
import type { PlacedRecord } from './placed-record.ts';
import { Relations } from './relations.ts';
import { PACKAGE_STEPS } from './versions-replay.ts';

/** One place of a package. */
interface Copy extends PlacedRecord {
  readonly dependsOn: readonly string[];
  readonly within?: string;
}

/**
 * Makes the packages of languages: copies that came with one layer are one package with all its places, and what a
 * package of a distribution owns says so.
 * @param problems gets what was left out
 */
export async function makeLanguagePackages(
  files: MergedFiles,
  records: readonly InstalledRecord[],
  inventory: Inventory,
  ownership: Ownership,
  ecosystems: readonly Ecosystem[],
  pauses: Pauses,
  problems: Problem[],
): Promise<readonly Package[]> {
  if (records.length === 0) return [];
  const owners = new FileOwners(files, ownership, inventory.installed);
  const placed = records.map((one): PlacedRecord => {
    const { record, path, location = path } = one;
    return { one, location, purl: packagePurl(record) };
  });
  const relations = new Relations(placed, files.tree, ecosystems);
  const groups = new Map<string, { readonly ownedBy: string | undefined; readonly copies: Copy[] }>();
  for (const place of placed) {
    if (pauses.isDue(PACKAGE_STEPS * (1 + (place.one.record.requires?.length ?? 0)))) await pauses.take();
    const ownedBy = owners.ownerOf(place.one);
    // Documentation and sources that a distribution brings ask for nothing in this image.
    if (ownedBy !== undefined && place.one.record.evidence !== undefined) continue;
    const key = keyOf(place, ownedBy);
    const within = relations.within(place);
    const copy = { ...place, dependsOn: relations.dependsOn(place), ...(within !== undefined && { within }) };
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ownedBy, copies: [copy] });
    else group.copies.push(copy);
  }
  for (const message of relations.exhausted) problems.push({ code: 'layer.limit', message });
  return [...groups.values()].map(({ ownedBy, copies }) => join(copies, ownedBy, files));
}

/** The same for all copies of a package. */
function keyOf({ one: { record, layer, introduced }, purl }: PlacedRecord, ownedBy = ''): string {
  const { type, name, version, arch = '', qualifiers, evidence = '', application = '' } = record;
  const spelt = qualifiers === undefined ? '' : purl;
  return `${spelt}\0${type}\0${name}\0${version}\0${arch}\0${evidence}\0${application}\0${layer}\0${introduced}\0${ownedBy}`;
}

function join(copies: Copy[], ownedBy: string | undefined, files: MergedFiles): Package {
  copies.sort((a, b) => compareText(a.location, b.location));
  const { one } = copies[0]!;
  const { purl } = copies.find((copy) => copy.one.record.namespace !== undefined) ?? copies[0]!;
  const { record, layer, introduced } = one;
  const { layers } = files.image;
  const records = copies.map((copy) => copy.one.record);
  const groups = groupsOf(records);
  const hashes = hashesOf(records);
  const dependsOn = distinct(copies.map((copy) => copy.dependsOn)).sort(compareText);
  const within = copies.find((copy) => copy.within !== undefined)?.within;
  return {
    name: record.name,
    version: record.version,
    type: record.type,
    purl,
    ...(record.arch !== undefined && { arch: record.arch }),
    licences: distinct(records.map(({ licences = [] }) => licences)),
    layer: layerRef(layer, layers),
    ...(introduced !== layer && { introducedIn: layerRef(introduced, layers) }),
    locations: [...new Set(copies.map(({ location }) => location))],
    ...(record.evidence !== undefined && { evidence: record.evidence }),
    ...(record.application === true && { application: true }),
    ...(groups.length > 0 && { groups }),
    ...(ownedBy !== undefined && { ownedBy }),
    ...(hashes !== undefined && { hashes }),
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(within !== undefined && { within }),
    presence: 'present',
  };
}

/** What all copies are asked for; one that is for use is not for tests alone. */
function groupsOf(records: readonly PackageRecord[]): readonly string[] {
  if (records.some(({ groups = [] }) => groups.length === 0)) return [];
  return distinct(records.map(({ groups = [] }) => groups)).sort(compareText);
}

/** Digests on which the copies agree. */
function hashesOf(records: readonly PackageRecord[]): Hashes | undefined {
  const [first, ...others] = records.map(({ hashes }) => hashes);
  if (first === undefined || others.length === 0) return first;
  const names = ['md5', 'sha1', 'sha256', 'sha512'] as const;
  const common = names.filter((name) => others.every((other) => other?.[name] === first[name]));
  const agreed = Object.fromEntries(common.flatMap((name) => (first[name] === undefined ? [] : [[name, first[name]]])));
  return Object.keys(agreed).length === 0 ? undefined : agreed;
}

function distinct(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.length === 1 ? lists[0] : lists.flat())];
}
