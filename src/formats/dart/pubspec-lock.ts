import { FormatError } from '../../errors.ts';
import { asYamlMap, asYamlText, readYamlBlock } from '../yaml-block.ts';

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
  const root = asYamlMap(readYamlBlock(text));
  if (root?.has('packages') !== true) throw new FormatError('it has no packages');
  const sdks = asYamlMap(root.get('sdks'));
  const packages: LockedDartPackage[] = [];
  let unreadable = 0;
  for (const [name, value] of asYamlMap(root.get('packages')) ?? []) {
    const entry = asYamlMap(value);
    const version = asYamlText(entry?.get('version'));
    if (entry === undefined || version === undefined) {
      unreadable++;
      continue;
    }
    const least = asYamlText(entry.get('source')) === 'sdk' ? leastOf(asYamlText(sdks?.get(name))) : undefined;
    const sha256 = asYamlText(asYamlMap(entry.get('description'))?.get('sha256'));
    packages.push({
      name,
      version: version === '0.0.0' ? (least ?? version) : version,
      development: asYamlText(entry.get('dependency')) === 'direct dev',
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
