import { FormatError } from '../../errors.ts';
import { readToml, type TomlTable } from '../toml.ts';

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
  const name = root.text('name');
  const uuid = uuidOf(root.text('uuid'));
  const dependencies = root.table('deps');
  const compat = root.table('compat');
  const requires = namesOf(dependencies);
  const wanted: JuliaPackage[] = [];
  for (const dependency of dependencies.keys()) {
    const id = uuidOf(dependencies.text(dependency));
    if (id === undefined || !isName(dependency)) continue;
    wanted.push({ name: dependency, version: compat.text(dependency) ?? '', uuid: id, requires: [] });
  }
  const isOwn = isName(name) && uuid !== undefined;
  return {
    ...(isOwn && { own: { name, version: root.text('version') ?? '', uuid, requires } }),
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
  const entries = root.has('manifest_format') ? root.table('deps') : root;
  const packages: JuliaPackage[] = [];
  for (const name of entries.keys()) {
    if (!isName(name)) continue;
    for (const entry of entries.tables(name)) {
      const version = entry.text('version');
      if (version === undefined || !entry.has('uuid')) continue;
      if (packages.length >= MAX_PACKAGES) throw new FormatError(`it has more than ${MAX_PACKAGES} packages`);
      const uuid = uuidOf(entry.text('uuid'));
      packages.push({ name, version, ...(uuid !== undefined && { uuid }), requires: needsOf(entry) });
    }
  }
  return packages;
}

/** A list of names, or a table of names and identifiers where one name is of several packages. */
function needsOf(entry: TomlTable): readonly string[] {
  const table = entry.table('deps');
  return table.exists ? namesOf(table) : [...new Set(entry.texts('deps').filter(isName))].sort();
}

function namesOf(table: TomlTable): readonly string[] {
  return table.keys().filter(isName).sort();
}

function isName(value: string | undefined): value is string {
  return value !== undefined && /^[\p{L}_][\p{L}\p{N}_!.]{0,200}$/u.test(value);
}

function uuidOf(value: string | undefined): string | undefined {
  return value !== undefined && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
    ? value.toLowerCase()
    : undefined;
}
