import { FormatError } from '../../errors.ts';
import { isTomlTable, readToml, type TomlTable } from '../toml.ts';
import { textAt } from './toml-fields.ts';

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
  const { entries } = readToml(text);
  const listed = entries.get('package') ?? [];
  if (!Array.isArray(listed)) throw new FormatError('its packages are no list');
  const root = entries.get('root');
  const metadata = entries.get('metadata');
  const tables = [...(isTomlTable(root) ? [root] : []), ...listed.filter(isTomlTable)];
  return tables.flatMap((table) => crateOf(table, isTomlTable(metadata) ? metadata : undefined));
}

function crateOf(table: TomlTable, metadata: TomlTable | undefined): LockedCrate[] {
  const name = textAt(table, 'name');
  if (name === undefined) return [];
  const version = textAt(table, 'version') ?? '';
  const source = textAt(table, 'source');
  const checksum = textAt(table, 'checksum') ?? textAt(metadata, `checksum ${name} ${version} (${source})`);
  const listed = table.entries.get('dependencies');
  return [
    {
      name,
      version,
      ...(source !== undefined && { source }),
      ...(checksum !== undefined && /^[0-9a-f]{64}$/.test(checksum) && { checksum }),
      // `NAME`, or `NAME VERSION (SOURCE)` as far as it takes to be clear.
      dependencies: (Array.isArray(listed) ? listed : []).flatMap((one: unknown) =>
        typeof one === 'string' && one !== '' ? [one.split(' ', 1)[0]!] : [],
      ),
    },
  ];
}
