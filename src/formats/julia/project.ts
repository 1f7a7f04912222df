import { FormatError } from '../../errors.ts';
import { isTomlTable, readToml, type TomlTable, type TomlValue } from '../toml.ts';

/** A package of Julia. */
export interface JuliaPackage {
  readonly name: string;
  /** Empty where a project wants any. */
  readonly version: string;
  /** By which it is known where several have one name: lower case, absent where the file has none that is one. */
  readonly uuid?: string;
  /** Names of the packages it needs, sorted. */
  readonly requires: readonly string[];
}

/** What a `Project.toml` says. */
export interface JuliaProject {
  /** Absent where the project is no package. */
  readonly own?: JuliaPackage;
  /** What it needs, each with what `[compat]` says of its version. */
  readonly wanted: readonly JuliaPackage[];
}

const MAX_PACKAGES = 100_000;

/**
 * Reads `Project.toml` (pkgdocs.julialang.org, "Project.toml and Manifest.toml").
 * @throws FormatError for what is no TOML
 */
export function parseJuliaProject(text: string): JuliaProject {
  const root = readToml(text);
  const name = nameAt(root, 'name');
  const uuid = uuidOf(root.entries.get('uuid'));
  const dependencies = tableAt(root, 'deps');
  const compat = tableAt(root, 'compat');
  const requires = namesOf(dependencies);
  const wanted: JuliaPackage[] = [];
  for (const [dependency, value] of dependencies?.entries ?? []) {
    const id = uuidOf(value);
    if (id === undefined || !isName(dependency)) continue;
    wanted.push({ name: dependency, version: textAt(compat, dependency) ?? '', uuid: id, requires: [] });
  }
  const isOwn = name !== undefined && uuid !== undefined;
  return {
    ...(isOwn && { own: { name, version: textAt(root, 'version') ?? '', uuid, requires } }),
    wanted,
  };
}

/**
 * Reads `Manifest.toml`: of format 2 (`[[deps.NAME]]`) and of the one before (`[[NAME]]`). Packages without a version come with
 * Julia itself, and are left out.
 * @throws FormatError for what is no TOML
 */
export function parseJuliaManifest(text: string): readonly JuliaPackage[] {
  const root = readToml(text);
  const entries = root.entries.has('manifest_format') ? tableAt(root, 'deps')?.entries : root.entries;
  const packages: JuliaPackage[] = [];
  for (const [name, list] of entries ?? []) {
    if (!isName(name) || !Array.isArray(list)) continue;
    for (const entry of list as readonly TomlValue[]) {
      if (!isTomlTable(entry)) continue;
      const version = textAt(entry, 'version');
      if (version === undefined || !entry.entries.has('uuid')) continue;
      if (packages.length >= MAX_PACKAGES) throw new FormatError(`it has more than ${MAX_PACKAGES} packages`);
      const uuid = uuidOf(entry.entries.get('uuid'));
      packages.push({ name, version, ...(uuid !== undefined && { uuid }), requires: needsOf(entry) });
    }
  }
  return packages;
}

/** A list of names, or a table of names and identifiers where one name is of several packages. */
function needsOf(entry: TomlTable): readonly string[] {
  const needs = entry.entries.get('deps');
  if (!Array.isArray(needs)) return namesOf(tableAt(entry, 'deps'));
  return [...new Set((needs as readonly TomlValue[]).filter(isName))].sort();
}

function namesOf(table: TomlTable | undefined): readonly string[] {
  return [...(table?.entries.keys() ?? [])].filter(isName).sort();
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[\p{L}_][\p{L}\p{N}_!.]{0,200}$/u.test(value);
}

function nameAt(table: TomlTable, key: string): string | undefined {
  const value = table.entries.get(key);
  return isName(value) ? value : undefined;
}

function uuidOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
    ? value.toLowerCase()
    : undefined;
}

function textAt(table: TomlTable | undefined, key: string): string | undefined {
  const value = table?.entries.get(key);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function tableAt(table: TomlTable, key: string): TomlTable | undefined {
  const value = table.entries.get(key);
  return isTomlTable(value) ? value : undefined;
}
