import { asRecord, asText, type JsonRecord } from '../record.ts';
import { integrityHashes } from './integrity.ts';
import { eachMember, entryValue, membersOf } from './json-parts.ts';
import { LockedPackages, type Lockfile } from './lockfile.ts';
import { aliased, cleanVersion, dependencyNames, isPackageName } from './names.ts';
import { licencesOf } from './package-json.ts';

/** Packages in packages of a file of version 1; npm nests a handful. */
const MAX_DEPTH = 200;
const FOLDER = 'node_modules/';

/**
 * Reads package-lock.json and npm-shrinkwrap.json (docs.npmjs.com/cli/configuring-npm/package-lock-json). Versions 2 and 3
 * list by path (`packages`), version 1 as a tree (`dependencies`), which version 2 repeats for old programs: it counts
 * where there are no `packages`. The project itself is listed when it has a name and a version.
 */
export function parsePackageLock(document: Uint8Array): Lockfile {
  const packages = new LockedPackages();
  const members = membersOf(document, packages);
  const byPath = members.get('packages');
  const tree = members.get('dependencies');
  const name = text(members.get('name'));
  if (byPath === undefined) addRoot(name, text(members.get('version')), packages);
  if (byPath !== undefined) {
    eachMember(byPath, packages, (path, value) => addPath(path, entryValue(path, value, packages), name, packages));
  } else if (tree !== undefined) {
    eachMember(tree, packages, (key, value) => addTree(key, entryValue(key, value, packages), packages));
  } else if (!members.has('lockfileVersion')) packages.breakOff('it has no packages and no lockfileVersion');
  return packages.finish();
}

function text(value: Uint8Array | undefined): string | undefined {
  if (value === undefined || value.length > 2000) return undefined;
  try {
    return asText(JSON.parse(Buffer.from(value).toString('utf8')));
  } catch {
    return undefined;
  }
}

function addRoot(name: unknown, version: unknown, packages: LockedPackages): void {
  const clean = cleanVersion(version);
  if (isPackageName(name) && clean !== '') packages.add({ name, version: clean, application: true });
}

/** An entry of `packages`: `node_modules/a/node_modules/b`, or the folder of a member of the workspace. */
function addPath(path: string, value: unknown, project: string | undefined, packages: LockedPackages): void {
  const entry = asRecord(value);
  if (entry === undefined) {
    if (value !== undefined) packages.skip(path);
    return;
  }
  if (path === '') {
    addRoot(entry['name'] ?? project, entry['version'], packages);
    return;
  }
  if (entry['link'] === true) return; // its target has an entry of its own
  const inFolder = path.startsWith(FOLDER) ? 0 : path.lastIndexOf(`/${FOLDER}`) + 1;
  const isInstalled = inFolder > 0 || path.startsWith(FOLDER);
  const name = entry['name'] ?? (isInstalled ? path.slice(path.lastIndexOf(FOLDER) + FOLDER.length) : baseName(path));
  const version = versionOf(entry['version']);
  if (!isPackageName(name)) packages.skip(path);
  else if (isInstalled || version !== '') {
    packages.add({
      name,
      version,
      groups: groupsOf(entry),
      hashes: integrityHashes(entry['integrity']),
      licences: licencesOf(entry),
      requires: dependencyNames(entry['dependencies'], entry['optionalDependencies']),
    });
  }
}

function baseName(path: string): string {
  const parts = path.split('/');
  const last = parts.pop() ?? '';
  const scope = parts.pop() ?? '';
  return scope.startsWith('@') ? `${scope}/${last}` : last;
}

/** An entry of `dependencies`, with those that stand in it. */
function addTree(key: string, value: unknown, packages: LockedPackages): void {
  const waiting: { key: string; value: unknown; depth: number }[] = [{ key, value, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const entry = asRecord(next.value);
    if (entry === undefined || next.depth > MAX_DEPTH) {
      if (next.value !== undefined) packages.skip(next.key);
      continue;
    }
    addDependency(next.key, entry, packages);
    const inner = Object.entries(asRecord(entry['dependencies']) ?? {});
    for (const [name, one] of inner.reverse()) waiting.push({ key: name, value: one, depth: next.depth + 1 });
  }
}

function addDependency(key: string, entry: JsonRecord, packages: LockedPackages): void {
  const other = aliased(entry['version']);
  const name = other?.name ?? key;
  if (!isPackageName(name)) {
    packages.skip(key);
    return;
  }
  packages.add({
    name,
    version: versionOf(other?.rest ?? entry['version']),
    groups: groupsOf(entry),
    hashes: integrityHashes(entry['integrity']),
    requires: dependencyNames(entry['requires']),
  });
}

/** '' for a URL, a folder, or what names no version at all. */
function versionOf(value: unknown): string {
  const version = cleanVersion(value);
  return /[:/\s]/.test(version) ? '' : version;
}

/**
 * `devOptional` is what a development dependency and an optional one need, and nothing else. `inBundle` comes in the
 * archive of the package that needs it.
 */
function groupsOf(entry: JsonRecord): readonly string[] {
  const both = entry['devOptional'] === true;
  return [
    ...(entry['inBundle'] === true || entry['bundled'] === true ? ['bundled'] : []),
    ...(both || entry['dev'] === true ? ['dev'] : []),
    ...(both || entry['optional'] === true ? ['optional'] : []),
    ...(entry['peer'] === true ? ['peer'] : []),
  ];
}
