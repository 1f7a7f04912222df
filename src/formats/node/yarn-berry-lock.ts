import { asRecord, asText, type JsonRecord } from '../record.ts';
import { readYaml } from '../yaml.ts';
import type { LockedPackages } from './lockfile.ts';
import { dependencyName, isPackageName, splitName } from './names.ts';

/** What stands in place of the version of a folder that has none. */
const NO_VERSION = '0.0.0-use.local';

/**
 * Adds the entries of a yarn.lock of Yarn 2 and later (yarnpkg.com/configuration, "lockfile"). `resolution` says what was
 * taken, also where the key has the name of an alias. Its `checksum` is of Yarn's own archive and no digest of the package.
 * @throws FormatError for what is no YAML
 */
export function addBerry(text: string, packages: LockedPackages): void {
  for (const [key, value] of Object.entries(asRecord(readYaml(text)[0]) ?? {})) {
    if (key !== '__metadata') addEntry(key, asRecord(value) ?? {}, packages);
  }
}

function addEntry(key: string, entry: JsonRecord, packages: LockedPackages): void {
  const version = asText(entry['version']);
  const asked = splitName(key.split(',', 1)[0]!);
  const taken = splitName(asText(entry['resolution']) ?? '');
  const isFolder = taken?.rest.startsWith('workspace:') ?? false;
  const name = isFolder ? asked?.name : (taken?.name ?? asked?.name);
  if (name === undefined || version === undefined) packages.skip(key);
  // The project itself, when it has no version: nothing is said of it.
  else if (!(taken?.rest === 'workspace:.' && version === NO_VERSION)) {
    packages.add({ name, version, ...(isFolder && { application: true }), requires: requiredBy(entry) });
  }
}

function requiredBy(entry: JsonRecord): readonly string[] {
  const names = ['dependencies', 'optionalDependencies'].flatMap((field) =>
    Object.entries(asRecord(entry[field]) ?? {}).map(([name, range]) => dependencyName(name, asText(range) ?? '')),
  );
  return [...new Set(names.filter(isPackageName))].sort();
}
