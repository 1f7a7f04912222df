import type { SqlWriter } from './connection.ts';
import { addToSpread, imagesOfSets, lockSpread, type SpreadChange } from './fleet-spread.ts';
import { countColumns, rowsOf, setColumns } from './set-vulnerabilities.ts';

/** Names that are counted again at a time, and rows that are kept in memory for that, unless one name alone has more. */
const NAMES = 500;
const ROWS = 100_000;

/** Tuples of one statement. */
const CHUNK = 5000;

/** A row of `set_vulnerability`: in the order of `setColumns`. */
type Row = readonly [set: number, name: string, severity: number, findings: number, fixable: number, gravest: number];

const sumColumns = [...countColumns, 'fixable', 'fixable_critical'] as const;

/**
 * Counts again where some vulnerabilities are, and writes what became another number and nothing else. Takes the lock
 * `new-vulnerabilities`.
 */
export async function recountNames(sql: SqlWriter, names: Iterable<string>): Promise<void> {
  const all = [...new Set(names)];
  if (all.length === 0) return;
  await sql.lock('new-vulnerabilities');
  if ((await sql.get('SELECT 1 AS one FROM package_set LIMIT 1')) === undefined) return;
  await lockSpread(sql);
  for (let at = 0, most = NAMES; at < all.length; ) {
    const part = all.slice(at, at + most);
    const found = await readRows(sql, part);
    if (found === undefined) most = part.length >> 1;
    else {
      at += part.length;
      most = Math.min(NAMES, 2 * part.length);
      await writeChanges(sql, found);
    }
  }
}

interface Found {
  readonly known: readonly Row[];
  readonly fresh: readonly Row[];
}

/** @returns undefined: so many that fewer names are to be asked for */
async function readRows(sql: SqlWriter, names: readonly string[]): Promise<Found | undefined> {
  const list = sql.dialect.list('$1', 'i', 'text');
  const asked = [JSON.stringify(names)];
  const limit = names.length > 1 ? `LIMIT ${ROWS + 1}` : '';
  const read = async (select: string): Promise<readonly Row[]> => await sql.arrays<Row>(`${select} ${limit}`, asked);
  const known = await read(
    `SELECT ${setColumns.map((name) => `s.${name}`).join(', ')} FROM ${list} CROSS JOIN set_vulnerability s
    WHERE s.name = i.value`,
  );
  if (limit !== '' && known.length > ROWS) return undefined;
  const fresh = await read(
    rowsOf(`${list} CROSS JOIN vulnerability v CROSS JOIN affected a CROSS JOIN package_set_member m
      WHERE v.name = i.value AND v.deleted_at IS NULL AND a.vulnerability_id = v.id
        AND m.package_version_id = a.package_version_id`),
  );
  return limit !== '' && fresh.length > ROWS ? undefined : { known, fresh };
}

const keyOf = ([set, name, severity]: Row): string => `${set} ${severity} ${name}`;

async function writeChanges(sql: SqlWriter, { known, fresh }: Found): Promise<void> {
  const gone = new Map(known.map((row) => [keyOf(row), row]));
  const come: Row[] = [];
  for (const row of fresh) {
    const key = keyOf(row);
    const before = gone.get(key);
    if (before !== undefined && row.every((value, index) => value === before[index])) gone.delete(key);
    else come.push(row);
  }
  if (gone.size + come.length === 0) return;
  const removed = [...gone.values()];
  for (let at = 0; at < removed.length; at += CHUNK) {
    const tuples = sql.dialect.tuples('$1', 'i', { set_id: 'integer', name: 'text', severity: 'integer' });
    await sql.run(
      `DELETE FROM set_vulnerability WHERE (set_id, name, severity) IN (SELECT i.set_id, i.name, i.severity FROM ${tuples})`,
      [JSON.stringify(removed.slice(at, at + CHUNK).map(([set, name, severity]) => [set, name, severity]))],
    );
  }
  await sql.load('set_vulnerability', setColumns, come);
  const signed = [...removed.map((row) => [row, -1] as const), ...come.map((row) => [row, 1] as const)];
  await addToCounts(sql, signed);
  await addToSums(sql, signed);
}

type Signed = readonly (readonly [row: Row, sign: 1 | -1])[];

async function addToCounts(sql: SqlWriter, rows: Signed): Promise<void> {
  const changes = new Map<number, number[]>();
  for (const [[set, , severity, findings, fixable], sign] of rows) {
    const change = changes.get(set) ?? sumColumns.map(() => 0);
    changes.set(set, change);
    const critical = countColumns.length - 1;
    change[Math.min(severity, critical)]! += sign * findings;
    change[critical + 1]! += sign * fixable;
    if (severity >= critical) change[critical + 2]! += sign * fixable;
  }
  const tuples = [...changes].filter(([, change]) => change.some((one) => one !== 0));
  const columns = Object.fromEntries(['set_id', ...sumColumns].map((name) => [name, 'integer'] as const));
  const names = Object.keys(columns).join(', ');
  for (let at = 0; at < tuples.length; at += CHUNK) {
    const part = tuples.slice(at, at + CHUNK);
    await sql.run(
      `INSERT INTO package_set_count (${names}) SELECT ${names} FROM ${sql.dialect.tuples('$1', 'i', columns)} WHERE 1 = 1
      ON CONFLICT (set_id) DO UPDATE SET
        ${sumColumns.map((name) => `${name} = package_set_count.${name} + excluded.${name}`).join(', ')}`,
      [JSON.stringify(part.map(([set, change]) => [set, ...change]))],
    );
    await sql.run(
      `DELETE FROM package_set_count WHERE set_id IN (SELECT value FROM ${sql.dialect.list('$1', 'i', 'integer')})
        AND ${countColumns.join(' + ')} = 0`,
      [JSON.stringify(part.map(([set]) => set))],
    );
  }
}

async function addToSums(sql: SqlWriter, rows: Signed): Promise<void> {
  const sets = [...new Set(rows.map(([[set]]) => set))];
  const weights = new Map<number, number>();
  for (let at = 0; at < sets.length; at += CHUNK) {
    for (const [set, images] of await imagesOfSets(sql, sets.slice(at, at + CHUNK))) weights.set(set, images);
  }
  const changes = new Map<
    string,
    [name: string, severity: number, images: number, findings: number, fixable: number]
  >();
  for (const [[set, name, severity, findings, fixable, gravest], sign] of rows) {
    const weight = sign * (weights.get(set) ?? 0);
    if (weight === 0) continue;
    const key = `${severity} ${name}`;
    const change = changes.get(key) ?? [name, severity, 0, 0, 0];
    changes.set(key, change);
    change[2] += weight * gravest;
    change[3] += weight * findings;
    change[4] += weight * fixable;
  }
  const differing: SpreadChange[] = [...changes.values()].filter(([, , ...sums]) => sums.some((one) => one !== 0));
  if (differing.length === 0) return;
  await addToSpread(sql, differing);
}
