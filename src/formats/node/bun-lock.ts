import { asList, asRecord, asText, type JsonRecord } from '../record.ts';
import { integrityHashes } from './integrity.ts';
import { withoutComments } from './json-comments.ts';
import { eachMember, entryValue, membersOf } from './json-parts.ts';
import { LockedPackages, type Lockfile } from './lockfile.ts';
import { dependencyNames, isVersion, splitName } from './names.ts';
import { type Root, reachableGroups } from './reach.ts';

interface Entry {
  readonly name: string;
  readonly version: string;
  readonly info: JsonRecord;
  readonly integrity: unknown;
}

/** Entries of one file. */
const MAX_ENTRIES = 200_000;
/** Characters of the path by which an entry is found. */
const MAX_KEY = 2000;
const KINDS = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;

/**
 * Reads bun.lock, the text lockfile of Bun 1.2 and later (bun.sh/docs/install/lockfile): JSON with commas behind last
 * members. A package is a list: `name@version`, then, in an order that depends on where it comes from, its registry, an
 * object with its dependencies and a digest. What is for development is what no dependency for use leads to.
 */
export function parseBunLock(document: Uint8Array): Lockfile {
  const packages = new LockedPackages();
  const members = membersOf(withoutComments(document), packages);
  const entries = new Map<string, Entry>();
  eachMember(members.get('packages'), packages, (key, value) => {
    const list = entryValue(key, value, packages);
    const entry = entryOf(list);
    if (entry === undefined) {
      if (list !== undefined && !isRoot(list)) packages.skip(key);
    } else if (key.length > MAX_KEY) packages.skip(key);
    else if (entries.size < MAX_ENTRIES) entries.set(key, entry);
    else packages.breakOff(`it has more than ${MAX_ENTRIES} entries`);
  });
  const roots: Root[] = [];
  eachMember(members.get('workspaces'), packages, (path, value) => {
    const project = asRecord(entryValue(path, value, packages)) ?? {};
    const from = asText(project['name']) ?? '';
    for (const kind of [...KINDS, 'devDependencies']) {
      for (const name of Object.keys(asRecord(project[kind]) ?? {})) {
        roots.push({ dev: kind === 'devDependencies', key: resolved(entries, from, name) });
      }
    }
  });
  const groups = reachableGroups(roots, (key) => needsOf(entries, key));
  for (const [key, { name, version, info, integrity }] of entries) {
    packages.add({
      name,
      version,
      groups: groups.get(key) ?? [],
      hashes: integrityHashes(integrity),
      requires: dependencyNames(info['dependencies'], info['optionalDependencies']),
    });
  }
  return packages.finish();
}

/** Undefined for what is no package: the project itself, folders of its workspace, and what nobody understands. */
function entryOf(value: unknown): Entry | undefined {
  const list = asList(value);
  const split = splitName(asText(list[0]) ?? '');
  if (split === undefined || /^(?:root|workspace):/.test(split.rest)) return undefined;
  const info = asRecord(list.find((one) => asRecord(one) !== undefined)) ?? {};
  const integrity = list.find((one) => typeof one === 'string' && /^sha\d+-/.test(one));
  return { name: split.name, version: isVersion(split.rest) ? split.rest : '', info, integrity };
}

function isRoot(value: unknown): boolean {
  const rest = splitName(asText(asList(value)[0]) ?? '')?.rest ?? '';
  return /^(?:root|workspace):/.test(rest);
}

function* needsOf(entries: ReadonlyMap<string, Entry>, key: string): Generator<string | undefined> {
  const info = entries.get(key)?.info ?? {};
  for (const kind of KINDS) {
    for (const name of Object.keys(asRecord(info[kind]) ?? {})) yield resolved(entries, key, name);
  }
}

/** Packages in packages that a key can tell of: `a/b/c`. */
const MAX_DEPTH = 100;

/** Where a package finds another: below itself, below the package that it stands in, and so on, as in node_modules. */
function resolved(entries: ReadonlyMap<string, Entry>, from: string, name: string): string | undefined {
  let folder = from;
  for (let depth = 0; folder !== '' && depth < MAX_DEPTH; depth++) {
    const key = `${folder}/${name}`;
    if (entries.has(key)) return key;
    const slash = folder.lastIndexOf('/');
    const parent = slash < 0 ? '' : folder.slice(0, slash);
    folder = /(?:^|\/)@[^/]*$/.test(parent) ? parent.slice(0, Math.max(0, parent.lastIndexOf('/'))) : parent;
  }
  return entries.has(name) ? name : undefined;
}
