import { FormatError } from '../../errors.ts';
import { parseJson } from '../parse-json.ts';
import { asRecord, asText, ownValue } from '../record.ts';
import { MAX_REQUESTED, type RequestedPackage } from './requested.ts';

/**
 * Reads `packages.lock.json`: the packages of all frameworks, without the projects among them.
 * Source: learn.microsoft.com/nuget/consume-packages/package-references-in-project-files, "Locking dependencies".
 * @throws FormatError for what is no JSON, or has no dependencies
 */
export function parsePackagesLock(text: string): readonly RequestedPackage[] {
  const frameworks = asRecord(ownValue(asRecord(parseJson(text)), 'dependencies'));
  if (frameworks === undefined) throw new FormatError('it has no dependencies');
  const found = new Map<string, { name: string; version: string; requires: Set<string> }>();
  for (const framework of Object.values(frameworks)) {
    for (const [name, value] of Object.entries(asRecord(framework) ?? {})) {
      const entry = asRecord(value);
      const version = asText(ownValue(entry, 'resolved'));
      if (version === undefined || ownValue(entry, 'type') === 'Project') continue;
      const key = `${name}/${version}`;
      const known = found.get(key) ?? { name, version, requires: new Set<string>() };
      if (!found.has(key) && found.size >= MAX_REQUESTED)
        throw new FormatError(`it has more than ${MAX_REQUESTED} packages`);
      for (const needed of Object.keys(asRecord(ownValue(entry, 'dependencies')) ?? {})) known.requires.add(needed);
      found.set(key, known);
    }
  }
  return [...found.values()].map(({ name, version, requires }) => ({
    name,
    version,
    ...(requires.size > 0 && { requires: [...requires].sort() }),
  }));
}
