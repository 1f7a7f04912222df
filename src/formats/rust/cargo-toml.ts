import { FormatError } from '../../errors.ts';
import { readToml, TomlTable, type TomlValue } from '../toml.ts';

export interface WantedCrate {
  /** As its registry knows it, not as it is renamed here. */
  readonly name: string;
  /** Requirement as it is written (`0.3`, `>=1, <2`); empty where there is none: of a repository, a folder, a workspace. */
  readonly version: string;
  /** `dev`, `build`, `optional` */
  readonly groups: readonly string[];
}

export interface CargoManifest {
  /** Absent in a workspace without a crate of its own. The version may be the workspace's, and is empty then. */
  readonly crate?: {
    readonly name: string;
    readonly version: string;
    /** It says that no registry is to have it (`publish = false`). */
    readonly isPrivate?: true;
  };
  readonly wanted: readonly WantedCrate[];
  /** Dependencies that are not of the form they should have. */
  readonly bad: readonly string[];
}

/** Cargo takes both spellings. */
const kinds: readonly (readonly [key: string, groups: readonly string[]])[] = [
  ['dependencies', []],
  ['dev-dependencies', ['dev']],
  ['dev_dependencies', ['dev']],
  ['build-dependencies', ['build']],
  ['build_dependencies', ['build']],
];

/**
 * Reads Cargo.toml (doc.rust-lang.org/cargo/reference/specifying-dependencies.html).
 * @throws FormatError where it is no TOML, or a table is none
 */
export function parseCargoToml(text: string): CargoManifest {
  const root = readToml(text);
  const crate = root.table(root.table('package').exists ? 'package' : 'project');
  const name = crate.text('name');
  const wanted: WantedCrate[] = [];
  const bad: string[] = [];
  const targets = root.table('target');
  for (const table of [root, ...targets.keys().map((key) => targets.table(key)), root.table('workspace')]) {
    for (const [key, groups] of kinds) {
      const dependencies = table.table(key);
      if (table.has(key) && !dependencies.exists) throw new FormatError(`${key} is no table`);
      for (const alias of dependencies.keys()) {
        const found = wantedCrate(alias, dependencies.value(alias)!, groups);
        if (found === undefined) bad.push(alias);
        else wanted.push(found);
      }
    }
  }
  const own =
    name === undefined
      ? undefined
      : { name, version: crate.text('version') ?? '', ...(isPrivate(crate) && { isPrivate: true as const }) };
  return { ...(own !== undefined && { crate: own }), wanted, bad };
}

/** doc.rust-lang.org/cargo/reference/manifest.html#the-publish-field */
function isPrivate(crate: TomlTable): boolean {
  const publish = crate.value('publish');
  return publish === false || (Array.isArray(publish) && publish.length === 0);
}

/** Keys that say where a crate comes from are texts; anything else is no dependency. */
const textKeys = ['version', 'git', 'path', 'registry', 'package', 'branch', 'tag', 'rev'];

function wantedCrate(alias: string, value: TomlValue, groups: readonly string[]): WantedCrate | undefined {
  if (typeof value === 'string') return { name: alias, version: value.trim(), groups };
  const table = new TomlTable(value);
  if (!table.exists || textKeys.some((key) => table.has(key) && typeof table.value(key) !== 'string')) return undefined;
  return {
    name: table.text('package') ?? alias,
    version: table.text('version') ?? '',
    groups: table.value('optional') === true ? [...groups, 'optional'] : groups,
  };
}
