import { FormatError } from '../../errors.ts';
import type { Hashes } from '../../model/package.ts';
import { blockEntries, flowMembers, unquoted } from './block-lines.ts';
import { integrityHashes } from './integrity.ts';
import { LockedPackages, type Lockfile } from './lockfile.ts';
import { isPackageName, isVersion, splitName } from './names.ts';
import { reachableGroups } from './reach.ts';

/** An entry of `packages` or `snapshots`. */
interface Entry {
  name?: string;
  version?: string;
  dev?: boolean;
  optional?: boolean;
  hashes?: Hashes | undefined;
  readonly needs: Map<string, string>;
}

/** One document of the file. */
interface Document {
  /** Undefined where the document does not say which form it has. */
  version?: number;
  readonly packages: Map<string, Entry>;
  readonly snapshots: Map<string, Entry>;
  /** Of all projects, by the kind of dependency: key of a snapshot. */
  readonly roots: { readonly kind: string; readonly name: string; readonly version: string }[];
}

/** Entries of one file. */
const MAX_ENTRIES = 400_000;

/**
 * Reads pnpm-lock.yaml, versions 5 to 9 (github.com/pnpm/spec, "lockfile"). A key says name and version (`/a/1.0.0_peer`,
 * `/a@1.0.0(peer@2.0.0)`, `a@1.0.0`), or the entry does, where it is of a folder, an archive or a repository. Since
 * version 9 nothing says what is for development: it is what no dependency for use leads to.
 */
export function parsePnpmLock(text: string): Lockfile {
  const packages = new LockedPackages();
  const documents: Document[] = [];
  try {
    readDocuments(text, documents, packages);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    packages.breakOff(error.message);
  }
  if (!documents.some(({ version }) => version !== undefined)) packages.breakOff('it has no lockfileVersion');
  for (const document of documents) addDocument(document, packages);
  return packages.finish();
}

function readDocuments(text: string, documents: Document[], packages: LockedPackages): void {
  let entries = 0;
  for (const { path, value, document: index } of blockEntries(text)) {
    documents[index] ??= { packages: new Map(), snapshots: new Map(), roots: [] };
    const document = documents[index];
    const [section = '', key = '', field = '', inner = '', innermost = ''] = path;
    if (section === 'lockfileVersion') document.version = Number.parseFloat(unquoted(value));
    else if ((section === 'packages' || section === 'snapshots') && path.length > 1) {
      let entry = document[section].get(key);
      if (entry === undefined) {
        if (++entries > MAX_ENTRIES) throw new FormatError(`it has more than ${MAX_ENTRIES} entries`);
        entry = { needs: new Map() };
        document[section].set(key, entry);
      }
      if (path.length > 2 && path.length < 5) setField(entry, field, inner, value);
    } else if (SECTIONS.has(section) && path.length === 1 && value !== '' && !/^[{[]\s*[}\]]$/.test(value)) {
      // What pnpm writes in one line is empty.
      packages.skip(`${section}: ${value}`);
    } else if (section === 'importers') {
      if (path.length === 4) addRoot(document, field, inner, value);
      else if (path.length === 5 && innermost === 'version') addRoot(document, field, inner, value);
    } else if (path.length === 2) addRoot(document, section, key, value);
    else if (path.length === 3 && field === 'version') addRoot(document, section, key, value);
  }
}

const SECTIONS: ReadonlySet<string> = new Set(['packages', 'snapshots', 'importers']);
const KINDS: readonly string[] = ['dependencies', 'optionalDependencies', 'devDependencies'];

function addRoot({ roots }: Document, kind: string, name: string, value: string): void {
  if (value !== '' && KINDS.includes(kind)) roots.push({ kind, name, version: unquoted(value) });
}

function setField(entry: Entry, field: string, inner: string, value: string): void {
  if (field === 'dependencies' || field === 'optionalDependencies') {
    if (inner !== '' && value !== '') entry.needs.set(inner, unquoted(value));
  } else if (field === 'resolution') {
    const integrity = inner === '' ? flowMembers(value).get('integrity') : inner === 'integrity' ? value : undefined;
    if (integrity !== undefined) entry.hashes = integrityHashes(unquoted(integrity));
  } else if (inner !== '') return;
  else if (field === 'name' || field === 'version') entry[field] = unquoted(value);
  else if (field === 'dev' || field === 'optional') entry[field] = value === 'true';
}

function addDocument({ version = 9, packages: entries, snapshots, roots }: Document, packages: LockedPackages): void {
  // Version 9 alone has snapshots, with peers in their keys; what stands in `packages` has none.
  const graph = snapshots.size > 0 ? snapshots : entries;
  const groups = version >= 9 && roots.length > 0 ? groupsOf(graph, roots) : undefined;
  const needs = new Map<string, readonly string[]>();
  const found = new Map<string, string[]>();
  for (const [key, one] of graph) {
    const plain = plainKey(key, version);
    if (!needs.has(plain)) needs.set(plain, namesOf(one, version));
    const own = [...(groups?.get(key) ?? []), ...(one.optional === true ? ['optional'] : [])];
    found.set(plain, found.get(plain)?.filter((group) => own.includes(group)) ?? own);
  }
  for (const [key, entry] of entries) {
    const named = nameOf(key, entry, version);
    if (named === undefined) {
      packages.skip(key);
      continue;
    }
    const plain = plainKey(key, version);
    const inGroups = [...(found.get(plain) ?? []), ...(entry.dev === true ? ['dev'] : [])];
    packages.add({ ...named, groups: inGroups, hashes: entry.hashes, requires: needs.get(plain) });
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

function nameOf(
  key: string,
  { name, version }: Entry,
  lockfile: number,
): { name: string; version: string } | undefined {
  const told = (lockfile < 6 ? slashedName(key) : splitAt(key)) ?? {};
  const used = { name: name ?? told.name, version: version ?? told.version };
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
function namesOf({ needs }: Entry, lockfile: number): readonly string[] {
  const names = new Set<string>();
  for (const [key, wanted] of needs) {
    const isPlain = /^\d/.test(wanted);
    const other = isPlain ? undefined : lockfile < 6 ? slashedName(wanted) : splitAt(wanted);
    const name = other?.version !== undefined && isVersion(other.version) ? other.name : key;
    if (isPackageName(name)) names.add(name);
  }
  return [...names].sort();
}

/** Which snapshots only development needs. */
function groupsOf(graph: ReadonlyMap<string, Entry>, roots: Document['roots']): ReadonlyMap<string, readonly string[]> {
  const keyOf = (name: string, version: string): string | undefined =>
    [`${name}@${version}`, version, `/${name}@${version}`].find((key) => graph.has(key));
  return reachableGroups(
    roots.map(({ kind, name, version }) => ({ dev: kind === 'devDependencies', key: keyOf(name, version) })),
    (key) => [...(graph.get(key)?.needs ?? [])].map(([name, version]) => keyOf(name, version)),
  );
}
