import { readToml } from '../toml.ts';
import { type DeclaredPackages, onlyHash } from './declared.ts';
import { lockedPackages } from './locked.ts';

/** Longest marker that is looked at. */
const MAX_MARKER = 10_000;

/**
 * Reads `pylock.toml`. Groups are the extras and dependency groups that the marker of a package names, unless one of them is
 * among those that are installed when nothing else is said. A folder without a version is the project itself.
 * Source: packaging.python.org, "pylock.toml Specification" (PEP 751).
 * @throws TomlError for what is no TOML
 */
export function parsePylock(text: string): DeclaredPackages {
  const file = readToml(text);
  const byDefault = new Set(file.texts('default-groups'));
  return lockedPackages(file.tables('packages'), (entry) => {
    const version = entry.text('version') ?? '';
    if (version === '' && entry.has('directory')) return undefined;
    const groups = groupsOf(entry.text('marker') ?? '');
    const archives = [entry.table('archive'), entry.table('sdist'), ...entry.tables('wheels')];
    return {
      version,
      application: entry.table('directory').text('path') === '.',
      groups: groups.some((group) => byDefault.has(group)) ? [] : groups,
      requires: entry.tables('dependencies').flatMap((one) => one.text('name') ?? []),
      hashes: onlyHash(archives.flatMap((one) => one.table('hashes').text('sha256') ?? [])),
    };
  });
}

function groupsOf(marker: string): readonly string[] {
  if (marker.length > MAX_MARKER) return [];
  const names = [...marker.matchAll(/["']([\w.-]+)["']\s+in\s+(?:extras|dependency_groups)\b/g)];
  return [...new Set(names.map(([, name]) => name!))];
}
