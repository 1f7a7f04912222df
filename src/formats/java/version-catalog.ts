import { readToml, TomlTable, type TomlValue } from '../toml.ts';
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
  const root = readToml(text);
  const [versions, libraries] = [root.table('versions'), root.table('libraries')];
  return libraries.keys().flatMap((key) => {
    const value = libraries.value(key);
    return (typeof value === 'string' ? fromText(value) : fromTable(new TomlTable(value), versions)) ?? [];
  });
}

function fromText(text: string): CatalogLibrary | undefined {
  const [group, artifact, version] = text.split(':', 3);
  return isPart(group) && isPart(artifact)
    ? { group, artifact, version: isVersion(version) ? version : '' }
    : undefined;
}

function fromTable(table: TomlTable, versions: TomlTable): CatalogLibrary | undefined {
  const module = table.text('module')?.split(':', 2);
  const group = module?.[0] ?? table.text('group');
  const artifact = module?.[1] ?? table.text('name');
  if (!isPart(group) || !isPart(artifact)) return undefined;
  const version = versionOf(table.value('version'), versions);
  return { group, artifact, version: isVersion(version) ? version : '' };
}

function versionOf(value: TomlValue | undefined, versions: TomlTable | undefined): string | undefined {
  if (typeof value === 'string') return value;
  const rich = new TomlTable(value);
  const reference = rich.text('ref');
  // A version that is referred to refers to nothing in turn.
  if (reference !== undefined) return versions && versionOf(versions.value(reference), undefined);
  return rich.text('strictly') ?? rich.text('require') ?? rich.text('prefer');
}
