import { FormatError } from '../../errors.ts';
import { asRecord, asText } from '../record.ts';
import { readYaml } from '../yaml.ts';

/** A package that a lockfile of pub names. */
export interface LockedDartPackage {
  readonly name: string;
  readonly version: string;
  /** The project asks for it for development only; what such a package needs is not told apart. */
  readonly development: boolean;
  /** Of the archive, hex. */
  readonly sha256?: string;
}

export interface DartLockfile {
  readonly packages: readonly LockedDartPackage[];
  /** Entries without a version. */
  readonly unreadable: number;
}

/**
 * Reads pubspec.lock (dart.dev/tools/pub/glossary#lockfile). Packages of an SDK have the version 0.0.0 there; where the
 * file says which SDK it needs at least, that is the version of the package called like it.
 * @throws FormatError where it has no packages
 */
export function parsePubspecLock(text: string): DartLockfile {
  const root = asRecord(readYaml(text)[0]);
  if (root === undefined || !('packages' in root)) throw new FormatError('it has no packages');
  const sdks = asRecord(root['sdks']);
  const packages: LockedDartPackage[] = [];
  let unreadable = 0;
  for (const [name, value] of Object.entries(asRecord(root['packages']) ?? {})) {
    const entry = asRecord(value);
    const version = asText(entry?.['version']);
    if (entry === undefined || version === undefined) {
      unreadable++;
      continue;
    }
    const least = asText(entry['source']) === 'sdk' ? leastOf(asText(sdks?.[name])) : undefined;
    const sha256 = asText(asRecord(entry['description'])?.['sha256']);
    packages.push({
      name,
      version: version === '0.0.0' ? (least ?? version) : version,
      development: asText(entry['dependency']) === 'direct dev',
      ...(sha256 !== undefined && /^[0-9a-f]{64}$/i.test(sha256) && { sha256: sha256.toLowerCase() }),
    });
  }
  return { packages, unreadable };
}

/** The lowest version of a range: `>=3.24.5 <4.0.0`. */
function leastOf(range: string | undefined): string | undefined {
  return range === undefined
    ? undefined
    : /^(?:>=\s{0,4}|\^)(\d{1,9}\.\d{1,9}\.\d[\w.+-]{0,60})(?:\s|$)/.exec(range)?.[1];
}
