import { asList, asRecord } from '../record.ts';
import { integrityHashes } from './integrity.ts';
import { eachMember, entryValue, membersOf } from './json-parts.ts';
import { LockedPackages, type Lockfile } from './lockfile.ts';
import { isPackageName, isVersion, splitName } from './names.ts';
import { specifiedPackage } from './specifier.ts';

/**
 * Reads deno.lock, versions 1 to 5 (docs.deno.com/runtime/fundamentals/modules, "Integrity checking and lock files"):
 * packages of npm and of JSR, and the addresses of modules. The digest of a package of JSR is of its list of files, so it
 * is not kept.
 */
export function parseDenoLock(document: Uint8Array): Lockfile {
  const packages = new LockedPackages();
  const members = membersOf(document, packages);
  // Version 1 is a list of addresses, and nothing else.
  if (!members.has('version')) addRemote(document, packages);
  addRemote(members.get('remote'), packages);
  addNpm(members.get('npm'), packages); // since version 4
  addJsr(members.get('jsr'), packages);
  eachMember(members.get('npm'), packages, (key, value) => {
    if (key === 'packages' && value[0] === 0x7b) addNpm(value, packages); // version 2
  });
  eachMember(members.get('packages'), packages, (key, value) => {
    if (key === 'npm')
      addNpm(value, packages); // version 3
    else if (key === 'jsr') addJsr(value, packages);
  });
  return packages.finish();
}

function addRemote(object: Uint8Array | undefined, packages: LockedPackages): void {
  eachMember(object, packages, (address) => {
    const found = specifiedPackage(address);
    if (found !== undefined) packages.add(found);
  });
}

function addNpm(object: Uint8Array | undefined, packages: LockedPackages): void {
  eachMember(object, packages, (key, value) => {
    if (key === 'packages' || key === 'specifiers') return; // of version 2
    const { name, rest } = splitName(key) ?? { name: '', rest: '' };
    const version = rest.split('_', 1)[0]!; // behind it: peers
    const entry = asRecord(entryValue(key, value, packages));
    if (entry === undefined || !isVersion(version)) packages.skip(key);
    else {
      packages.add({
        name,
        version,
        hashes: integrityHashes(entry['integrity']),
        requires: requiredNames(entry['dependencies'], entry['optionalDependencies']),
      });
    }
  });
}

function addJsr(object: Uint8Array | undefined, packages: LockedPackages): void {
  eachMember(object, packages, (key, value) => {
    const { name, rest } = splitName(key) ?? { name: '', rest: '' };
    const entry = asRecord(entryValue(key, value, packages));
    if (entry === undefined || !isVersion(rest)) packages.skip(key);
    else packages.add({ type: 'jsr', name, version: rest });
  });
}

/** A list of `name` or `name@version`, or an object of `"key": "name@version"`. */
function requiredNames(...lists: readonly unknown[]): readonly string[] {
  const names = new Set<string>();
  for (const list of lists) {
    const values = Array.isArray(list) ? asList(list) : Object.values(asRecord(list) ?? {});
    for (const value of values) {
      const name = typeof value === 'string' ? splitName(value.replace(/^npm:/, ''))?.name : undefined;
      if (isPackageName(name)) names.add(name);
    }
  }
  return [...names].sort();
}
