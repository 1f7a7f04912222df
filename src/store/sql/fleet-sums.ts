import { countedSeverities, type FleetDay, type FleetSums, type SeverityCounts } from '../fleet-shelf.ts';
import type { SqlReader, SqlWriter } from './connection.ts';
import { stateNumber } from './images-rows.ts';
import { countColumns } from './set-vulnerabilities.ts';

/** References of images that were run: each is one more image of what was scanned, and counts nowhere. */
export const COUNTS_NOWHERE = 'observe:';

const IS_RUN = `substr(s.reference, 1, ${COUNTS_NOWHERE.length}) = '${COUNTS_NOWHERE}'`;

/** How many of the last images have each set: a table to stand in FROM. */
export const LAST_SETS = `(SELECT s.set_id, count(*) AS images FROM image_summary s
  WHERE s.latest = 1 AND NOT ${IS_RUN} GROUP BY s.set_id)`;

/** A condition on `image_summary s`: one of those that are counted. */
export const IS_COUNTED = `s.latest = 1 AND NOT ${IS_RUN}`;

/** A condition on `image g`: it could not be scanned, and none of its reference came after it. */
export const IS_FAILED = `(g.state = ${stateNumber('failed')}
  AND NOT EXISTS (SELECT 1 FROM image o WHERE o.reference = g.reference AND o.id > g.id))`;

export interface CountColumns extends SeverityCounts {
  readonly fixable: number;
}

/** As parts of a SELECT: whole numbers on either database. */
export function summed(sql: SqlReader, expression: string, name: string): string {
  return `CAST(coalesce(sum(${expression}), 0) AS ${sql.dialect.define.integer}) AS ${name}`;
}

export function severityCounts(row: SeverityCounts): SeverityCounts {
  return Object.fromEntries(countedSeverities.map((name) => [name, row[name]])) as Record<keyof SeverityCounts, number>;
}

/** Reads the sums over the last images. */
export async function readSums(sql: SqlReader, spread: readonly { readonly exploited: boolean }[]): Promise<FleetSums> {
  const row = await sql.get<CountColumns & { readonly images: number }>(
    `SELECT ${summed(sql, 'l.images', 'images')}, ${summed(sql, 'c.fixable * l.images', 'fixable')},
      ${countColumns.map((name) => summed(sql, `c.${name} * l.images`, `"${name}"`)).join(', ')}
    FROM ${LAST_SETS} l LEFT JOIN package_set_count c ON c.set_id = l.set_id`,
  );
  const { images, fixable, ...counts } = row!;
  return {
    images,
    findings: severityCounts(counts),
    fixable,
    vulnerabilities: spread.length,
    exploited: spread.filter((one) => one.exploited).length,
  };
}

const DAY = 24 * 3_600_000;

interface DayRow extends CountColumns {
  readonly day: number;
  readonly images: number;
  readonly vulnerabilities: number;
  readonly exploited: number;
}

/** Keeps sums as those of a day. */
export async function keepDay(sql: SqlWriter, day: string, sums: FleetSums): Promise<void> {
  const { images, findings, fixable, vulnerabilities, exploited } = sums;
  const columns = ['images', 'vulnerabilities', 'exploited', ...countColumns, 'fixable'];
  const counts = countColumns.map((name) => findings[name]);
  await sql.run(
    `INSERT INTO finding_day (day, ${columns.join(', ')})
    VALUES (${['day', ...columns].map((_, index) => `$${index + 1}`).join(', ')})
    ON CONFLICT (day) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    [numberOf(day), images, vulnerabilities, exploited, ...counts, fixable],
  );
}

/** Days that were kept, the oldest first. */
export async function readDays(sql: SqlReader, from: string): Promise<readonly FleetDay[]> {
  const rows = await sql.all<DayRow>('SELECT * FROM finding_day WHERE day >= $1 ORDER BY day', [numberOf(from)]);
  return rows.map(({ day, images, vulnerabilities, exploited, fixable, ...counts }) => ({
    day: new Date(day * DAY).toISOString().slice(0, 10),
    images,
    findings: severityCounts(counts),
    fixable,
    vulnerabilities,
    exploited,
  }));
}

function numberOf(day: string): number {
  return Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY);
}
