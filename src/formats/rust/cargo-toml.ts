import { FormatError } from '../../errors.ts';
import { isTomlTable, readToml, type TomlTable, type TomlValue } from '../toml.ts';
import { tableAt, textAt } from './toml-fields.ts';

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
  const crate = tableAt(root, 'package') ?? tableAt(root, 'project');
  const name = textAt(crate, 'name');
  const wanted: WantedCrate[] = [];
  const bad: string[] = [];
  const targets = tableAt(root, 'target');
  const inherited = tableAt(root, 'workspace');
  const tables = [root, ...(targets === undefined ? [] : [...targets.entries.values()].filter(isTomlTable))];
  for (const table of inherited === undefined ? tables : [...tables, inherited]) {
    for (const [key, groups] of kinds) {
      for (const [alias, value] of entriesOf(table, key)) {
        const found = wantedCrate(alias, value, groups);
        if (found === undefined) bad.push(alias);
        else wanted.push(found);
      }
    }
  }
  const own =
    name === undefined
      ? undefined
      : { name, version: textAt(crate, 'version') ?? '', ...(isPrivate(crate) && { isPrivate: true as const }) };
  return { ...(own !== undefined && { crate: own }), wanted, bad };
}

/** doc.rust-lang.org/cargo/reference/manifest.html#the-publish-field */
function isPrivate(crate: TomlTable | undefined): boolean {
  const publish = crate?.entries.get('publish');
  return publish === false || (Array.isArray(publish) && publish.length === 0);
}

function entriesOf(table: TomlTable, key: string): Iterable<readonly [string, TomlValue]> {
  const value = table.entries.get(key);
  if (value === undefined) return [];
  if (!isTomlTable(value)) throw new FormatError(`${key} is no table`);
  return value.entries;
}

/** Keys that say where a crate comes from are texts; anything else is no dependency. */
const textKeys = ['version', 'git', 'path', 'registry', 'package', 'branch', 'tag', 'rev'];

function wantedCrate(alias: string, value: TomlValue, groups: readonly string[]): WantedCrate | undefined {
  if (typeof value === 'string') return { name: alias, version: value.trim(), groups };
  if (!isTomlTable(value)) return undefined;
  if (textKeys.some((key) => value.entries.has(key) && typeof value.entries.get(key) !== 'string')) return undefined;
  return {
    name: textAt(value, 'package') ?? alias,
    version: textAt(value, 'version')?.trim() ?? '',
    groups: value.entries.get('optional') === true ? [...groups, 'optional'] : groups,
  };
}
