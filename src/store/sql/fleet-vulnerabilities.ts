import { UsageError } from '../../errors.ts';
import type { SpreadVulnerability, VulnerabilityFilter } from '../fleet-shelf.ts';
import type { SqlReader, SqlValue } from './connection.ts';
import { LAST_SETS, summed } from './fleet-sums.ts';
import { readCursor, writeCursor } from './images-rows.ts';
import { severityNumber, severityOf } from './severities.ts';
import { storable } from './storable.ts';

interface SpreadRow {
  readonly name: string;
  readonly severity: number;
  readonly images: number;
  readonly findings: number;
  readonly fixable: number;
  readonly exploited: number;
}

/** Vulnerabilities of the last images, in order. */
export async function readSpread(
  sql: SqlReader,
  filter: VulnerabilityFilter,
): Promise<{ readonly vulnerabilities: readonly SpreadVulnerability[]; readonly next?: string }> {
  const parameters: SqlValue[] = [filter.limit + 1];
  const place = (value: SqlValue): string => `$${parameters.push(value)}`;
  const { order = 'images', prefix, exploited, fixable, severities, after } = filter;
  const rows = ['1 = 1'];
  if (prefix !== undefined && prefix !== '') {
    // Texts are in the order of code points, and none is beyond the last one.
    const from = place(storable(prefix));
    rows.push(`v.name >= ${from} AND v.name < ${from} || ${place('\u{10FFFF}')}`);
  }
  if (exploited === true) rows.push(`v.name IN (SELECT e.name FROM enrichment e WHERE e.feed = 'cisa-kev')`);
  const groups = ['1 = 1'];
  if (exploited === false) groups.push('k.name IS NULL');
  if (fixable !== undefined) groups.push(`d.fixable ${fixable ? '>' : '='} 0`);
  if (severities !== undefined) groups.push(`d.severity IN (${[...severities.map(severityNumber), -1].join(', ')})`);
  if (after !== undefined) groups.push(afterOf(order, after, place));
  const sorted = {
    images: 'd.images DESC, d.severity DESC, d.name',
    severity: 'd.severity DESC, d.images DESC, d.name',
    name: 'd.name',
  }[order];
  const found = await sql.all<SpreadRow>(
    `SELECT d.name, d.severity, d.images, d.findings, d.fixable, CASE WHEN k.name IS NULL THEN 0 ELSE 1 END AS exploited
    FROM (
      SELECT v.name, max(v.severity) AS severity, ${summed(sql, 'l.images * v.gravest', 'images')},
        ${summed(sql, 'l.images * v.findings', 'findings')}, ${summed(sql, 'l.images * v.fixable', 'fixable')}
      FROM set_vulnerability v JOIN ${LAST_SETS} l ON l.set_id = v.set_id
      WHERE ${rows.join(' AND ')} GROUP BY v.name
    ) d
    LEFT JOIN enrichment k ON k.name = d.name AND k.feed = 'cisa-kev'
    WHERE ${groups.join(' AND ')} ORDER BY ${sorted} LIMIT $1`,
    parameters,
  );
  const page = found.slice(0, filter.limit);
  const last = page.at(-1);
  return {
    vulnerabilities: page.map(toSpread),
    ...(found.length > filter.limit &&
      last !== undefined && { next: writeCursor([order, last.images, last.severity, last.name]) }),
  };
}

function afterOf(order: string, after: string, place: (value: SqlValue) => string): string {
  const [of, images, severity, name] = readCursor<readonly [string, number, number, string]>(after, ['', 0, 0, '']);
  if (of !== order) throw new UsageError('usage.option', 'The cursor is one of a list in another order.');
  const named = `d.name > ${place(name)}`;
  if (order === 'name') return named;
  const keys = [
    ['d.images', place(images)],
    ['d.severity', place(severity)],
  ] as const;
  const [[first, a], [second, b]] = order === 'images' ? keys : ([keys[1], keys[0]] as const);
  return `(${first} < ${a} OR (${first} = ${a} AND (${second} < ${b} OR (${second} = ${b} AND ${named}))))`;
}

function toSpread({ name, severity, images, findings, fixable, exploited }: SpreadRow): SpreadVulnerability {
  return { name, severity: severityOf(severity), images, findings, fixable, exploited: exploited === 1 };
}
