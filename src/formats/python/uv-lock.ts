import { pypiName } from '../../model/purl.ts';
import { readToml } from '../toml.ts';
import { type DeclaredPackages, onlyHash } from './declared.ts';
import { lockedPackages } from './locked.ts';
import { uvGroups } from './uv-groups.ts';

/**
 * Reads `uv.lock`, and the `.py.lock` of a script. The project itself is listed as it stands there. Packages that only extras
 * or dependency groups of the project lead to have these as groups.
 * Source: github.com/astral-sh/uv, `crates/uv-resolver/src/lock/mod.rs`.
 * @throws TomlError for what is no TOML
 */
export function parseUvLock(text: string): DeclaredPackages {
  const entries = readToml(text).tables('package');
  const groups = uvGroups(entries);
  return lockedPackages(entries, (entry, name) => {
    const source = entry.table('source');
    const archives = [entry.table('sdist'), ...entry.tables('wheels')];
    return {
      version: entry.text('version'),
      application: source.has('virtual') || source.text('editable') === '.' || source.text('directory') === '.',
      groups: groups.get(pypiName(name)) ?? [],
      requires: entry.tables('dependencies').flatMap((one) => one.text('name') ?? []),
      hashes: onlyHash(archives.flatMap((one) => one.text('hash') ?? [])),
    };
  });
}
