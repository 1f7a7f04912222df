import { FormatError } from '../../errors.ts';
import { asRecord, type JsonRecord } from '../record.ts';
import { readYaml } from '../yaml.ts';
import { integrityHashes } from './integrity.ts';
import { LockedPackages, type Lockfile } from './lockfile.ts';
import { isPackageName, isVersion, splitName } from './names.ts';
import { reachableGroups } from './reach.ts';

/** An entry of `packages` or `snapshots`: `resolution`, `dependencies`, `dev` and more. */
type Entries = ReadonlyMap<string, JsonRecord>;

interface Root {
  readonly kind: string;
  readonly name: string;
  readonly version: string;
}

/**
 * Reads pnpm-lock.yaml, versions 5 to 9 (github.com/pnpm/spec, "lockfile"). A key says name and version (`/a/1.0.0_peer`,
 * `/a@1.0.0(peer@2.0.0)`, `a@1.0.0`), or the entry does, where it is of a folder, an archive or a repository. Since
 * version 9 nothing says what is for development: it is what no dependency for use leads to.
 */
export function parsePnpmLock(text: string): Lockfile {
  const packages = new LockedPackages();
  try {
    const documents = readYaml(text)
      .map(asRecord)
      .filter((one) => one !== undefined);
    if (!documents.some((one) => 'lockfileVersion' in one)) packages.breakOff('it has no lockfileVersion');
    for (const document of documents) addDocument(document, packages);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    packages.breakOff(error.message);
  }
  return packages.finish();
}

/** The members of a mapping that must be one where it is there. */
function section(
  document: JsonRecord,
  name: string,
  packages: LockedPackages,
): readonly (readonly [string, unknown])[] {
  const value = document[name] ?? {};
  const members = asRecord(value);
  if (members === undefined) packages.skip(`${name}: ${asString(value) ?? 'a list'}`);
  return Object.entries(members ?? {});
}

/** Versions are longer than other texts: peers stand behind them. */
function asString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a project depends on: `a: 1.0.0`, and since version 6 `a: {specifier: ^1, version: 1.0.0}`. */
function rootsOf(project: JsonRecord): readonly Root[] {
  return ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
    Object.entries(asRecord(project[kind]) ?? {}).flatMap(([name, value]) => {
      const version = asString(asRecord(value)?.['version'] ?? value);
      return version === undefined ? [] : [{ kind, name, version }];
    }),
  );
}

/** What an entry needs: keys of snapshots by name. */
function needsOf(entry: JsonRecord): readonly (readonly [name: string, version: string])[] {
  return ['dependencies', 'optionalDependencies'].flatMap((field) =>
    Object.entries(asRecord(entry[field]) ?? {}).flatMap(([name, value]) => {
      const version = asString(value);
      return version === undefined ? [] : [[name, version] as const];
    }),
  );
}

function addDocument(document: JsonRecord, packages: LockedPackages): void {
  const version = Number.parseFloat(asString(document['lockfileVersion']) ?? '9');
  const entriesOf = (name: string): Entries =>
    new Map(section(document, name, packages).map(([key, value]) => [key, asRecord(value) ?? {}]));
  const entries = entriesOf('packages');
  const snapshots = entriesOf('snapshots');
  const importers = section(document, 'importers', packages);
  const roots = [document, ...importers.map(([, value]) => asRecord(value) ?? {})].flatMap(rootsOf);
  // Version 9 alone has snapshots, with peers in their keys; what stands in `packages` has none.
  const graph = snapshots.size > 0 ? snapshots : entries;
  const groups = version >= 9 && roots.length > 0 ? groupsOf(graph, roots) : undefined;
  const needs = new Map<string, readonly string[]>();
  const found = new Map<string, string[]>();
  for (const [key, one] of graph) {
    const plain = plainKey(key, version);
    if (!needs.has(plain)) needs.set(plain, namesOf(one, version));
    const own = [...(groups?.get(key) ?? []), ...(one['optional'] === 'true' ? ['optional'] : [])];
    found.set(plain, found.get(plain)?.filter((group) => own.includes(group)) ?? own);
  }
  for (const [key, entry] of entries) {
    const named = nameOf(key, entry, version);
    if (named === undefined) {
      packages.skip(key);
      continue;
    }
    const plain = plainKey(key, version);
    const inGroups = [...(found.get(plain) ?? []), ...(entry['dev'] === 'true' ? ['dev'] : [])];
    packages.add({
      ...named,
      groups: inGroups,
      hashes: integrityHashes(asRecord(entry['resolution'])?.['integrity']),
      requires: needs.get(plain),
    });
  }
  // They stand in `packages` too, unless somebody took them out.
  for (const root of roots) {
    const plain = root.version.split(/[(_]/, 1)[0]!;
    if (root.kind === 'dependencies' && isVersion(plain) && isPackageName(root.name)) {
      packages.add({ name: root.name, version: plain });
    }
  }
}

/** A key without what it says of peers. */
function plainKey(key: string, version: number): string {
  if (version < 6) return key;
  const end = key.indexOf('(', 1);
  return end < 0 ? key : key.slice(0, end);
}

function nameOf(key: string, entry: JsonRecord, lockfile: number): { name: string; version: string } | undefined {
  const told = (lockfile < 6 ? slashedName(key) : splitAt(key)) ?? {};
  const used = { name: asString(entry['name']) ?? told.name, version: asString(entry['version']) ?? told.version };
  return isPackageName(used.name) && used.version !== undefined && isVersion(used.version)
    ? { name: used.name, version: used.version }
    : undefined;
}

interface Told {
  readonly name?: string;
  readonly version?: string;
}

/** Versions 6 and later: `/@scope/name@1.0.0(peers)`, `name@https://...`. */
function splitAt(key: string): Told | undefined {
  const split = splitName(key.startsWith('/') ? key.slice(1) : key);
  if (split === undefined) return undefined;
  const version = split.rest.split('(', 1)[0]!.split('_', 1)[0]!;
  return { name: split.name, version };
}

/** Version 5: `/@scope/name/1.0.0_peers`, with the host of another registry in front. Peers may have slashes of their own. */
function slashedName(key: string): Told | undefined {
  const peers = /\/\d[^/_]*_/.exec(key);
  const plain = peers === null ? key : key.slice(0, peers.index + peers[0].length - 1);
  const found = /(?:^|\/)((?:@[^/@]+\/)?[^/@]+)\/(\d[^/_]*)$/.exec(plain);
  return found === null ? undefined : { name: found[1]!, version: found[2]! };
}

/** What an entry needs: under the name of an alias stands the whole key of another. */
function namesOf(entry: JsonRecord, lockfile: number): readonly string[] {
  const names = new Set<string>();
  for (const [key, wanted] of needsOf(entry)) {
    const isPlain = /^\d/.test(wanted);
    const other = isPlain ? undefined : lockfile < 6 ? slashedName(wanted) : splitAt(wanted);
    const name = other?.version !== undefined && isVersion(other.version) ? other.name : key;
    if (isPackageName(name)) names.add(name);
  }
  return [...names].sort();
}

/** Which snapshots only development needs. */
function groupsOf(graph: Entries, roots: readonly Root[]): ReadonlyMap<string, readonly string[]> {
  const keyOf = (name: string, version: string): string | undefined =>
    [`${name}@${version}`, version, `/${name}@${version}`].find((key) => graph.has(key));
  return reachableGroups(
    roots.map(({ kind, name, version }) => ({ dev: kind === 'devDependencies', key: keyOf(name, version) })),
    (key) => needsOf(graph.get(key) ?? {}).map(([name, version]) => keyOf(name, version)),
  );
}
