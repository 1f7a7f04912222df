import type { SqlReader, SqlWriter } from './connection.ts';
import { COUNTS_NOWHERE } from './fleet-sums.ts';

/**
 * `vulnerability_spread` has the sums over the last images. Whoever changes which images are the last ones, or what their sets
 * have, adds the difference, and takes this lock before, as the last one: the other's difference would be reckoned from what is
 * not so any more.
 */
export async function lockSpread(sql: SqlWriter): Promise<void> {
  await sql.lockName('fleet-sums', 'all');
}

const ADDED = ['images', 'findings', 'fixable']
  .map((name) => `${name} = vulnerability_spread.${name} + excluded.${name}`)
  .join(', ');

/**
 * Counts the last images of a reference: others are it now, or have another set.
 * @param before the set of each of them, and `after`: what several have stands there as often
 */
export async function shiftSpread(
  sql: SqlWriter,
  reference: string,
  before: readonly number[],
  after: readonly number[],
): Promise<void> {
  const changes = new Map<number, number>();
  for (const set of before) changes.set(set, (changes.get(set) ?? 0) - 1);
  for (const set of after) changes.set(set, (changes.get(set) ?? 0) + 1);
  for (const [set, images] of changes) if (images === 0) changes.delete(set);
  if (reference.startsWith(COUNTS_NOWHERE) || changes.size === 0) return;
  await lockSpread(sql);
  for (const [set, images] of changes) {
    await sql.run(
      `INSERT INTO vulnerability_spread (name, severity, images, findings, fixable)
      SELECT v.name, v.severity, ${images} * v.gravest, ${images} * v.findings, ${images} * v.fixable
      FROM set_vulnerability v WHERE v.set_id = $1
      ON CONFLICT (name, severity) DO UPDATE SET ${ADDED}`,
      [set],
    );
  }
}

/** What is added to the sums of a vulnerability with a severity. */
export type SpreadChange = readonly [name: string, severity: number, images: number, findings: number, fixable: number];

/** Adds differences. The lock is the caller's. */
export async function addToSpread(sql: SqlWriter, changes: readonly SpreadChange[]): Promise<void> {
  const columns = {
    name: 'text',
    severity: 'integer',
    images: 'integer',
    findings: 'integer',
    fixable: 'integer',
  } as const;
  const names = Object.keys(columns).join(', ');
  await sql.run(
    `INSERT INTO vulnerability_spread (${names}) SELECT ${names} FROM ${sql.dialect.tuples('$1', 'i', columns)} WHERE 1 = 1
    ON CONFLICT (name, severity) DO UPDATE SET ${ADDED}`,
    [JSON.stringify(changes)],
  );
}

/** How many of the last images have each of some sets; those that none has are absent. */
export async function imagesOfSets(sql: SqlReader, sets: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const rows = await sql.arrays<readonly [set: number, images: number]>(
    `SELECT s.set_id, count(*) FROM ${sql.dialect.list('$1', 'i', 'integer')} CROSS JOIN image_summary s
    WHERE s.latest = 1 AND s.set_id = i.value AND substr(s.reference, 1, ${COUNTS_NOWHERE.length}) <> '${COUNTS_NOWHERE}'
    GROUP BY s.set_id`,
    [JSON.stringify(sets)],
  );
  return new Map(rows);
}
