import { readToml, type TomlTable } from '../../formats/toml.ts';
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
  const root = readToml(text);
  for (const key of root.keys()) {
    const add = key === 'IgnoredVulns' ? ignored : key === 'PackageOverrides' ? override : undefined;
    if (add === undefined) {
      list.leave(1, key, 'it has no counterpart');
      continue;
    }
    const tables = root.tables(key);
    const lines = headerLines(text, key);
    // Other numbers of them: a text of several lines looks like a header, or the tables stand in brackets.
    for (const [at, table] of tables.entries()) add(table, lines.length === tables.length ? lines[at]! : 1, list);
  }
  return list;
}

/** The library does not tell where a table stands. */
function headerLines(text: string, key: string): readonly number[] {
  return text
    .split('\n')
    .flatMap((line, at) => (line.split('#', 1)[0]!.replaceAll(/[\s"']/g, '') === `[[${key}]]` ? [at + 1] : []));
}

function ignored(table: TomlTable, line: number, list: ImportList): void {
  const id = table.text('id');
  if (id === undefined) {
    list.leave(line, 'IgnoredVulns', 'it has no id');
    return;
  }
  const expires = dayIn(table, 'ignoreUntil');
  const reason = table.text('reason');
  list.add({
    line,
    criteria: { id: [id] },
    ...(reason !== undefined && { reason }),
    ...(expires !== undefined && { expires }),
  });
}

function override(table: TomlTable, line: number, list: ImportList): void {
  const name = table.text('name');
  const refusal = refusalOf(table);
  if (name === undefined || refusal !== undefined) {
    list.leave(
      line,
      `PackageOverrides ${name ?? ''}`.trim(),
      refusal ?? 'an entry for everything would accept too much',
    );
    return;
  }
  const [version, reason] = [table.text('version'), table.text('reason')];
  const prefix = types.get(ecosystemOf(table) ?? '');
  const expires = dayIn(table, 'effectiveUntil');
  if (table.has('license'))
    list.leave(line, `PackageOverrides ${name}: license`, '"licences" of a policy has exceptions for them');
  list.add({
    line,
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
  const ignores = table.value('ignore') === true || table.table('vulnerability').value('ignore') === true;
  if (!ignores)
    return table.has('license') ? '"licences" of a policy has exceptions for them' : 'it ignores no vulnerability';
  if (/[<>=*?,\s]/.test(table.text('version') ?? '')) return 'its version is no single one';
  if (table.has('group')) return 'groups of dependencies are not known';
  const ecosystem = ecosystemOf(table);
  return ecosystem === undefined || types.has(ecosystem) ? undefined : `the ecosystem ${ecosystem} is not known here`;
}

/** `Debian:12` -> `debian`. */
function ecosystemOf(table: TomlTable): string | undefined {
  return table.text('ecosystem')?.split(':')[0]?.toLowerCase();
}

function dayIn(table: TomlTable, key: string): string | undefined {
  const value = table.value(key);
  return dayOf(value instanceof Date ? value.toISOString() : table.text(key));
}
