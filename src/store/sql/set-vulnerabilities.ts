import type { SqlWriter } from './connection.ts';

/** Names whose sets are counted again at a time. */
const CHUNK = 500;

/** Columns of counts by severity, in the order of Clair's scale; what is graver than critical counts as that. */
export const countColumns = ['unknown', 'negligible', 'low', 'medium', 'high', 'critical'] as const;

const COLUMNS = 'set_id, name, severity, findings, fixable, gravest';

/**
 * The vulnerabilities of sets, from the pairs of their package versions with rows in use.
 * @param from which pairs: tables `v`, `a` and `m` that are joined in the order that is quick
 */
function rowsOf(from: string): string {
  return `INSERT INTO set_vulnerability (${COLUMNS})
    SELECT c.set_id, c.name, c.severity, c.findings, c.fixable,
      CASE WHEN c.severity = max(c.severity) OVER (PARTITION BY c.set_id, c.name) THEN 1 ELSE 0 END
    FROM (
      SELECT m.set_id, v.name, v.severity, count(*) AS findings, count(a.fixed_by) AS fixable
      FROM ${from} GROUP BY m.set_id, v.name, v.severity
    ) c`;
}

/**
 * Counts what a new set has. The lock `new-packages` is the caller's: a vulnerability that is written meanwhile is counted by
 * whoever writes it.
 */
export async function countSet(sql: SqlWriter, set: number): Promise<void> {
  await sql.run(
    rowsOf(`package_set_member m CROSS JOIN affected a CROSS JOIN vulnerability v
      WHERE m.set_id = $1 AND a.package_version_id = m.package_version_id AND v.id = a.vulnerability_id
        AND v.deleted_at IS NULL`),
    [set],
  );
  await sumUp(sql, [set]);
}

/** Counts again where some vulnerabilities are. Takes the lock `new-vulnerabilities`. */
export async function recountNames(sql: SqlWriter, names: Iterable<string>): Promise<void> {
  const all = [...new Set(names)];
  if (all.length === 0) return;
  await sql.lock('new-vulnerabilities');
  if ((await sql.get('SELECT 1 AS one FROM package_set LIMIT 1')) === undefined) return;
  // Two who write vulnerabilities do not exclude each other, and may be about the same sets.
  await sql.lockName('set-counts', 'all');
  const touched = new Set<number>();
  for (let at = 0; at < all.length; at += CHUNK) {
    const asked = [JSON.stringify(all.slice(at, at + CHUNK))];
    const list = sql.dialect.list('$1', 'i', 'text');
    const find = async (): Promise<void> => {
      const rows = await sql.arrays<readonly [number]>(
        `SELECT DISTINCT s.set_id FROM ${list} CROSS JOIN set_vulnerability s WHERE s.name = i.value`,
        asked,
      );
      for (const [set] of rows) touched.add(set);
    };
    await find();
    await sql.run(`DELETE FROM set_vulnerability WHERE name IN (SELECT value FROM ${list})`, asked);
    await sql.run(
      rowsOf(`${list} CROSS JOIN vulnerability v CROSS JOIN affected a CROSS JOIN package_set_member m
        WHERE v.name = i.value AND v.deleted_at IS NULL AND a.vulnerability_id = v.id
          AND m.package_version_id = a.package_version_id`),
      asked,
    );
    await find();
  }
  await sumUp(sql, [...touched]);
}

/** The names of some vulnerabilities, in use or not. */
export async function namesOfVulnerabilities(sql: SqlWriter, ids: Iterable<number>): Promise<readonly string[]> {
  const all = [...ids];
  const names = new Set<string>();
  for (let at = 0; at < all.length; at += 10 * CHUNK) {
    const rows = await sql.arrays<readonly [string]>(
      `SELECT DISTINCT v.name FROM ${sql.dialect.list('$1', 'i', 'integer')} CROSS JOIN vulnerability v
      WHERE v.id = i.value`,
      [JSON.stringify(all.slice(at, at + 10 * CHUNK))],
    );
    for (const [name] of rows) names.add(name);
  }
  return [...names];
}

async function sumUp(sql: SqlWriter, sets: readonly number[]): Promise<void> {
  const sums = countColumns.map((_, severity) => {
    const isIt = severity === countColumns.length - 1 ? '>=' : '=';
    return `sum(CASE WHEN s.severity ${isIt} ${severity} THEN s.findings ELSE 0 END)`;
  });
  for (let at = 0; at < sets.length; at += 10 * CHUNK) {
    const asked = [JSON.stringify(sets.slice(at, at + 10 * CHUNK))];
    const list = sql.dialect.list('$1', 'i', 'integer');
    await sql.run(`DELETE FROM package_set_count WHERE set_id IN (SELECT value FROM ${list})`, asked);
    await sql.run(
      `INSERT INTO package_set_count (set_id, ${countColumns.join(', ')}, fixable, fixable_critical)
      SELECT s.set_id, ${sums.join(', ')}, sum(s.fixable), sum(CASE WHEN s.severity >= 5 THEN s.fixable ELSE 0 END)
      FROM ${list} CROSS JOIN set_vulnerability s WHERE s.set_id = i.value GROUP BY s.set_id`,
      asked,
    );
  }
}
