import { isTomlTable, readToml, type TomlTable, type TomlValue } from '../../formats/toml.ts';
import { dayOf, type Imported, ImportList } from './imported.ts';

/** Ecosystems of OSV whose packages are known by their purl type. */
const types: ReadonlyMap<string, string> = new Map([
  ['debian', 'pkg:deb/debian/'],
  ['ubuntu', 'pkg:deb/ubuntu/'],
  ['alpine', 'pkg:apk/alpine/'],
  ['npm', 'pkg:npm/'],
  ['pypi', 'pkg:pypi/'],
  ['go', 'pkg:golang/'],
  ['crates.io', 'pkg:cargo/'],
  ['rubygems', 'pkg:gem/'],
]);

/** `osv-scanner.toml` (google.github.io/osv-scanner/configuration): `[[IgnoredVulns]]` and `[[PackageOverrides]]`. */
export function importOsvScanner(text: string): Imported {
  const list = new ImportList();
  for (const [key, value] of readToml(text).entries) {
    if (key === 'IgnoredVulns') for (const table of tablesOf(value)) ignored(table, list);
    else if (key === 'PackageOverrides') for (const table of tablesOf(value)) override(table, list);
    else list.leave(1, key, 'it has no counterpart');
  }
  return list;
}

function ignored(table: TomlTable, list: ImportList): void {
  const id = textOf(table, 'id');
  if (id === undefined) {
    list.leave(table.line, 'IgnoredVulns', 'it has no id');
    return;
  }
  const expires = dayIn(table, 'ignoreUntil');
  const reason = textOf(table, 'reason');
  list.add({
    line: table.line,
    criteria: { id: [id] },
    ...(reason !== undefined && { reason }),
    ...(expires !== undefined && { expires }),
  });
}

function override(table: TomlTable, list: ImportList): void {
  const name = textOf(table, 'name');
  const refusal = refusalOf(table);
  if (name === undefined || refusal !== undefined) {
    list.leave(
      table.line,
      `PackageOverrides ${name ?? ''}`.trim(),
      refusal ?? 'an entry for everything would accept too much',
    );
    return;
  }
  const [version, reason] = [textOf(table, 'version'), textOf(table, 'reason')];
  const prefix = types.get(ecosystemOf(table) ?? '');
  const expires = dayIn(table, 'effectiveUntil');
  if (table.entries.has('license'))
    list.leave(table.line, `PackageOverrides ${name}: license`, '"licences" of a policy has exceptions for them');
  list.add({
    line: table.line,
    criteria: {
      kind: ['vulnerability'],
      package: [prefix === undefined ? name : `${prefix}${name.replace(/^@/, '%40')}`],
      ...(version !== undefined && { version: [version] }),
    },
    ...(reason !== undefined && { reason }),
    ...(expires !== undefined && { expires }),
  });
}

/** Why an override is not taken over; undefined where it is. */
function refusalOf(table: TomlTable): string | undefined {
  const vulnerability = table.entries.get('vulnerability');
  const ignores =
    table.entries.get('ignore') === true ||
    (isTomlTable(vulnerability) && vulnerability.entries.get('ignore') === true);
  if (!ignores)
    return table.entries.has('license')
      ? '"licences" of a policy has exceptions for them'
      : 'it ignores no vulnerability';
  if (/[<>=*?,\s]/.test(textOf(table, 'version') ?? '')) return 'its version is no single one';
  if (table.entries.has('group')) return 'groups of dependencies are not known';
  const ecosystem = ecosystemOf(table);
  return ecosystem === undefined || types.has(ecosystem) ? undefined : `the ecosystem ${ecosystem} is not known here`;
}

/** `Debian:12` -> `debian`. */
function ecosystemOf(table: TomlTable): string | undefined {
  return textOf(table, 'ecosystem')?.split(':')[0]?.toLowerCase();
}

function tablesOf(value: TomlValue): readonly TomlTable[] {
  return Array.isArray(value) ? value.filter((one): one is TomlTable => isTomlTable(one as TomlValue)) : [];
}

function textOf(table: TomlTable, key: string): string | undefined {
  const value = table.entries.get(key);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function dayIn(table: TomlTable, key: string): string | undefined {
  const value = table.entries.get(key);
  if (typeof value === 'string') return dayOf(value);
  return typeof value === 'object' && 'date' in value ? dayOf(value.date) : undefined;
}
