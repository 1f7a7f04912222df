import { FormatError } from '../../errors.ts';
import { isTomlTable, readToml, type TomlTable, type TomlValue } from '../toml.ts';

/** A package as a file of Gleam names it. */
export interface GleamPackage {
  readonly name: string;
  /** As written, a range in a manifest; empty where a repository of Git says what it is. */
  readonly version: string;
  /** For development only. */
  readonly development?: true;
  readonly requires?: readonly string[];
  /** Of its archive, hex. */
  readonly sha256?: string;
}

/**
 * Reads what gleam.toml wants (gleam.run/writing-gleam/gleam-toml). Packages in folders beside it are left out.
 * @throws FormatError for what is no TOML
 */
export function parseGleamToml(text: string): readonly GleamPackage[] {
  const root = readToml(text);
  return [
    ...wanted(root.entries.get('dependencies'), false),
    ...wanted(root.entries.get('dev-dependencies') ?? root.entries.get('dev_dependencies'), true),
  ];
}

function wanted(value: TomlValue | undefined, development: boolean): readonly GleamPackage[] {
  if (!isTomlTable(value)) return [];
  return [...value.entries].flatMap(([name, what]): GleamPackage[] => {
    if (isTomlTable(what) && what.entries.has('path')) return [];
    const version = isTomlTable(what) ? what.entries.get('version') : what;
    return [{ name, version: typeof version === 'string' ? version : '', ...(development && { development: true }) }];
  });
}

/**
 * Reads manifest.toml, the lockfile of Gleam (gleam-lang/gleam, compiler-core/src/manifest.rs).
 * @throws FormatError where it has no list of packages
 */
export function parseGleamManifest(text: string): readonly GleamPackage[] {
  const packages = readToml(text).entries.get('packages');
  if (!Array.isArray(packages)) throw new FormatError('it has no list of packages');
  return (packages as readonly TomlValue[]).filter(isTomlTable).flatMap((entry) => locked(entry) ?? []);
}

function locked({ entries }: TomlTable): GleamPackage | undefined {
  const name = text(entries.get('name'));
  const version = text(entries.get('version'));
  if (name === undefined || version === undefined || entries.get('source') === 'local') return undefined;
  const sha256 = text(entries.get('outer_checksum'));
  const needs = entries.get('requirements');
  const requires = Array.isArray(needs) ? (needs as readonly TomlValue[]).flatMap((one) => text(one) ?? []) : [];
  return {
    name,
    version,
    ...(requires.length > 0 && { requires }),
    ...(sha256 !== undefined && /^[0-9a-f]{64}$/i.test(sha256) && { sha256: sha256.toLowerCase() }),
  };
}

/**
 * Reads `build/packages/packages.toml`: what stands beside it, by name and version.
 * @throws FormatError where it has none
 */
export function parseGleamPackages(text: string): readonly GleamPackage[] {
  const packages = readToml(text).entries.get('packages');
  if (!isTomlTable(packages)) throw new FormatError('it has no packages');
  return [...packages.entries].map(([name, version]) => ({
    name,
    version: typeof version === 'string' ? version : '',
  }));
}

function text(value: TomlValue | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
