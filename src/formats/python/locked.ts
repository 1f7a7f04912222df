import type { TomlTable } from '../toml.ts';
import { DeclaredList, type DeclaredMore, type DeclaredPackages } from './declared.ts';

/** What an entry of a lockfile says beside its name. */
export interface LockedEntry extends DeclaredMore {
  readonly version: string | undefined;
}

/**
 * Reads the entries of a lockfile, each by itself. Those without a name are left out.
 * @param read gives undefined for what is not to be listed
 */
export function lockedPackages(
  entries: readonly TomlTable[],
  read: (entry: TomlTable, name: string) => LockedEntry | undefined,
): DeclaredPackages {
  const list = new DeclaredList();
  let nameless = 0;
  for (const entry of entries) {
    const name = entry.text('name');
    const one = name === undefined ? undefined : read(entry, name);
    if (name === undefined) nameless++;
    else if (one !== undefined) list.add(name, one.version ?? '', one);
  }
  const leftOut = nameless === 1 ? 'a package has no name' : `${nameless} packages have no name`;
  return list.result(nameless > 0 ? leftOut : undefined);
}

/** The groups of a package that groups alone ask for: none where the group of what is for use is among them. */
export function groupsBeside(main: string, groups: readonly string[]): readonly string[] {
  return groups.includes(main) ? [] : groups;
}
