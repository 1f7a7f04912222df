import { blockEntries, unquoted } from './block-lines.ts';
import type { LockedPackages } from './lockfile.ts';
import { dependencyName, isPackageName, splitName } from './names.ts';

interface Entry {
  readonly key: string;
  version?: string;
  resolution?: string;
  readonly requires: Set<string>;
}

/** What stands in place of the version of a folder that has none. */
const NO_VERSION = '0.0.0-use.local';

/**
 * Adds the entries of a yarn.lock of Yarn 2 and later (yarnpkg.com/configuration, "lockfile"). `resolution` says what was
 * taken, also where the key has the name of an alias. Its `checksum` is of Yarn's own archive and no digest of the package.
 * @throws FormatError for a line that is none of it
 */
export function addBerry(text: string, packages: LockedPackages): void {
  let entry: Entry | undefined;
  for (const { path, value } of blockEntries(text)) {
    const [key = '', field = '', inner] = path;
    if (path.length === 1) {
      if (entry !== undefined) addEntry(entry, packages);
      entry = key === '__metadata' ? undefined : { key, requires: new Set() };
    } else if (entry !== undefined) setField(entry, field, inner, unquoted(value));
  }
  if (entry !== undefined) addEntry(entry, packages);
}

function setField(entry: Entry, field: string, inner: string | undefined, value: string): void {
  if (inner === undefined) {
    if (field === 'version' || field === 'resolution') entry[field] = value;
  } else if (field === 'dependencies' || field === 'optionalDependencies') {
    const name = dependencyName(inner, value);
    if (isPackageName(name)) entry.requires.add(name);
  }
}

function addEntry({ key, version = '', resolution = '', requires }: Entry, packages: LockedPackages): void {
  const asked = splitName(key.split(',', 1)[0]!);
  const taken = splitName(resolution);
  const isFolder = taken?.rest.startsWith('workspace:') ?? false;
  const name = isFolder ? asked?.name : (taken?.name ?? asked?.name);
  if (name === undefined || version === '') packages.skip(key);
  // The project itself, when it has no version: nothing is said of it.
  else if (!(taken?.rest === 'workspace:.' && version === NO_VERSION)) {
    packages.add({ name, version, ...(isFolder && { application: true }), requires: [...requires].sort() });
  }
}
