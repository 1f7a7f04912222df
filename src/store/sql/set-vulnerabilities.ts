import type { SqlWriter } from './connection.ts';

/** Ids that are asked for at a time. */
const CHUNK = 5000;

/** Columns of counts by severity, in the order of Clair's scale; what is graver than critical counts as that. */
export const countColumns = ['unknown', 'negligible', 'low', 'medium', 'high', 'critical'] as const;

/** Of `set_vulnerability`. */
export const setColumns = ['set_id', 'name', 'severity', 'findings', 'fixable', 'gravest'] as const;

/**
 * The vulnerabilities of sets, from the pairs of their package versions with rows in use.
 * @param from which pairs: tables `v`, `a` and `m` that are joined in the order that is quick
 */
export function rowsOf(from: string): string {
  return `SELECT c.set_id, c.name, c.severity, c.findings, c.fixable,
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
  const rows = rowsOf(`package_set_member m CROSS JOIN affected a CROSS JOIN vulnerability v
    WHERE m.set_id = $1 AND a.package_version_id = m.package_version_id AND v.id = a.vulnerability_id
      AND v.deleted_at IS NULL`);
  await sql.run(`INSERT INTO set_vulnerability (${setColumns.join(', ')}) ${rows}`, [set]);
  const sums = countColumns.map((_, severity) => {
    const isIt = severity === countColumns.length - 1 ? '>=' : '=';
    return `sum(CASE WHEN s.severity ${isIt} ${severity} THEN s.findings ELSE 0 END)`;
  });
  await sql.run(
    `INSERT INTO package_set_count (set_id, ${countColumns.join(', ')}, fixable, fixable_critical)
    SELECT s.set_id, ${sums.join(', ')}, sum(s.fixable), sum(CASE WHEN s.severity >= 5 THEN s.fixable ELSE 0 END)
    FROM set_vulnerability s WHERE s.set_id = $1 GROUP BY s.set_id`,
    [set],
  );
}

/** The names of some vulnerabilities, in use or not. */
export async function namesOfVulnerabilities(sql: SqlWriter, ids: Iterable<number>): Promise<readonly string[]> {
  const all = [...ids];
  const names = new Set<string>();
  for (let at = 0; at < all.length; at += CHUNK) {
    const rows = await sql.arrays<readonly [string]>(
      `SELECT DISTINCT v.name FROM ${sql.dialect.list('$1', 'i', 'integer')} CROSS JOIN vulnerability v
      WHERE v.id = i.value`,
      [JSON.stringify(all.slice(at, at + CHUNK))],
    );
    for (const [name] of rows) names.add(name);
  }
  return [...names];
}
