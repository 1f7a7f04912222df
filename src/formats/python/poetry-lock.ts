import { readToml } from '../toml.ts';
import { type DeclaredPackages, onlyHash } from './declared.ts';
import { groupsBeside, lockedPackages } from './locked.ts';

/**
 * Reads `poetry.lock`. What is optional, and what is not needed by the main group, has groups: `category` until Poetry 1.4,
 * `groups` from Poetry 2.0 on. The versions between tell neither.
 * Source: github.com/python-poetry/poetry, `src/poetry/packages/locker.py`.
 * @throws TomlError for what is no TOML
 */
export function parsePoetryLock(text: string): DeclaredPackages {
  return lockedPackages(readToml(text).tables('package'), (entry) => {
    const category = entry.text('category');
    const stated = entry.has('groups') ? entry.texts('groups') : category === undefined ? [] : [category];
    const groups = groupsBeside('main', stated);
    return {
      version: entry.text('version'),
      groups: groups.length === 0 && entry.value('optional') === true ? ['optional'] : groups,
      requires: entry.table('dependencies').keys(),
      hashes: onlyHash(entry.tables('files').flatMap((file) => file.text('hash') ?? [])),
    };
  });
}
