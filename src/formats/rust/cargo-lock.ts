import { FormatError } from '../../errors.ts';
import { readToml, type TomlTable } from '../toml.ts';

export interface LockedCrate {
  readonly name: string;
  readonly version: string;
  /** `registry+URL`, `sparse+URL`, `git+URL#COMMIT`; absent for what stands in the folder itself. */
  readonly source?: string;
  /** SHA-256 of its archive, in hex. */
  readonly checksum?: string;
  /** Names of crates that it needs. */
  readonly dependencies: readonly string[];
}

/**
 * Reads Cargo.lock of any version, 1 to 4 (source of Cargo: core/resolver/encode.rs). Version 1 keeps checksums in a table
 * of their own, and the first of its time kept the crate itself in `[root]`.
 * @throws FormatError where it is no TOML, or `package` no list of tables
 */
export function parseCargoLock(text: string): readonly LockedCrate[] {
  const root = readToml(text);
  if (root.has('package') && !Array.isArray(root.value('package'))) throw new FormatError('its packages are no list');
  const metadata = root.table('metadata');
  return [root.table('root'), ...root.tables('package')].flatMap((table) => crateOf(table, metadata));
}

function crateOf(table: TomlTable, metadata: TomlTable): LockedCrate[] {
  const name = table.text('name');
  if (name === undefined) return [];
  const version = table.text('version') ?? '';
  const source = table.text('source');
  const checksum = table.text('checksum') ?? metadata.text(`checksum ${name} ${version} (${source})`);
  return [
    {
      name,
      version,
      ...(source !== undefined && { source }),
      ...(checksum !== undefined && /^[0-9a-f]{64}$/.test(checksum) && { checksum }),
      // `NAME`, or `NAME VERSION (SOURCE)` as far as it takes to be clear.
      dependencies: table.texts('dependencies').flatMap((one) => (one === '' ? [] : [one.split(' ', 1)[0]!])),
    },
  ];
}
