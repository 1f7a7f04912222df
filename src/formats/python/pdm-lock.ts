import { readToml } from '../toml.ts';
import { type DeclaredPackages, onlyHash } from './declared.ts';
import { groupsBeside, lockedPackages } from './locked.ts';
import { requiredNames } from './requirement.ts';

/**
 * Reads `pdm.lock`. A package stands there once for each set of extras, and its groups once more than that.
 * Source: pdm-project.org, "Lock file".
 * @throws TomlError for what is no TOML
 */
export function parsePdmLock(text: string): DeclaredPackages {
  return lockedPackages(readToml(text).tables('package'), (entry, name) => ({
    version: entry.text('version'),
    groups: groupsBeside('default', entry.texts('groups')),
    requires: requiredNames(entry.texts('dependencies')).filter((one) => one !== name),
    hashes: onlyHash(entry.tables('files').flatMap((file) => file.text('hash') ?? [])),
  }));
}
