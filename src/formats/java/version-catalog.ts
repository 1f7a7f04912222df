import { isTomlTable, readToml, type TomlTable, type TomlValue } from '../toml.ts';
import { isPart, isVersion } from './coordinates.ts';

export interface CatalogLibrary {
  readonly group: string;
  readonly artifact: string;
  /** '' where the catalogue leaves it open. */
  readonly version: string;
}

/**
 * Reads a version catalogue of Gradle, `libs.versions.toml`: its libraries
 * (https://docs.gradle.org/current/userguide/version_catalogs.html). Bundles name libraries once more, and plug-ins are no part of
 * what is built. Of a rich version the one that is demanded counts.
 * @throws FormatError if it is no TOML
 */
export function parseVersionCatalog(text: string): readonly CatalogLibrary[] {
  const { entries } = readToml(text);
  const versions = tableOf(entries.get('versions'));
  const libraries: CatalogLibrary[] = [];
  for (const value of tableOf(entries.get('libraries'))?.entries.values() ?? []) {
    const library = typeof value === 'string' ? fromText(value) : fromTable(tableOf(value), versions);
    if (library !== undefined) libraries.push(library);
  }
  return libraries;
}

function fromText(text: string): CatalogLibrary | undefined {
  const [group, artifact, version] = text.split(':', 3);
  return isPart(group) && isPart(artifact)
    ? { group, artifact, version: isVersion(version) ? version : '' }
    : undefined;
}

function fromTable(table: TomlTable | undefined, versions: TomlTable | undefined): CatalogLibrary | undefined {
  if (table === undefined) return undefined;
  const module = textOf(table.entries.get('module'))?.split(':', 2);
  const group = module?.[0] ?? textOf(table.entries.get('group'));
  const artifact = module?.[1] ?? textOf(table.entries.get('name'));
  if (!isPart(group) || !isPart(artifact)) return undefined;
  const version = versionOf(table.entries.get('version'), versions);
  return { group, artifact, version: isVersion(version) ? version : '' };
}

function versionOf(value: TomlValue | undefined, versions: TomlTable | undefined): string | undefined {
  const rich = tableOf(value);
  if (rich === undefined) return textOf(value);
  const reference = textOf(rich.entries.get('ref'));
  // A version that is referred to refers to nothing in turn.
  if (reference !== undefined) return versions && versionOf(versions.entries.get(reference), undefined);
  return ['strictly', 'require', 'prefer']
    .map((key) => textOf(rich.entries.get(key)))
    .find((text) => text !== undefined);
}

function tableOf(value: TomlValue | undefined): TomlTable | undefined {
  return isTomlTable(value) ? value : undefined;
}

function textOf(value: TomlValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
