import { FormatError } from '../../errors.ts';
import { parseJson } from '../parse-json.ts';
import { asList, asRecord, asText, ownValue } from '../record.ts';
import { digest, isRName, type LockedRPackages, needsOf, type RPackage } from './description.ts';

const MAX_PACKAGES = 100_000;

/**
 * Reads `renv.lock` (rstudio.github.io/renv, "Lockfile"): packages of repositories, of Bioconductor and of hosts of sources,
 * which have the name and the version of their DESCRIPTION.
 * @throws FormatError for what is no JSON, or another
 */
export function parseRenvLock(text: string): LockedRPackages {
  const root = asRecord(parseJson(text));
  if (root === undefined) throw new FormatError('it is no lockfile of renv');
  const entries = Object.values(asRecord(ownValue(root, 'Packages')) ?? {});
  if (entries.length > MAX_PACKAGES) throw new FormatError(`it has more than ${MAX_PACKAGES} packages`);
  const packages: RPackage[] = [];
  for (const entry of entries) {
    const record = asRecord(entry);
    const name = record && ownValue(record, 'Package');
    const version = asText(record && ownValue(record, 'Version'));
    if (record === undefined || !isRName(name) || version === undefined) continue;
    const md5 = digest(ownValue(record, 'Hash'));
    const requirements = asList(ownValue(record, 'Requirements')).map((one) => asText(one));
    packages.push({
      name,
      version,
      collection: ownValue(record, 'Source') === 'Bioconductor' ? 'bioconductor' : 'cran',
      built: false,
      licences: [],
      requires: needsOf(requirements),
      ...(md5 !== undefined && { md5 }),
    });
  }
  return { packages, unreadable: entries.length - packages.length };
}
