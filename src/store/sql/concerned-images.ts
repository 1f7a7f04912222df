import type { ConcernedImage } from '../notification-shelf.ts';
import type { SqlReader } from './connection.ts';
import { packagesOfSets } from './images-findings.ts';

/** Images that a row of a vulnerability affects, and that another one does not: `NotificationShelf.concernedImages`. */
export async function readConcerned(
  sql: SqlReader,
  vulnerability: number,
  page: { readonly beginning: string; readonly except?: number; readonly from: number; readonly limit: number },
): Promise<readonly ConcernedImage[]> {
  const { beginning, except = -1, from, limit } = page;
  const affecting = (row: string): string =>
    `SELECT m.set_id FROM affected a CROSS JOIN package_set_member m
    WHERE a.vulnerability_id = ${row} AND m.package_version_id = a.package_version_id`;
  const images = await sql.all<{ readonly id: number; readonly reference: string; readonly set: number }>(
    `SELECT g.id, g.reference, g.set_id AS "set" FROM image g
    WHERE g.id >= $1 AND substr(g.reference, 1, ${beginning.length}) = $2
      AND g.set_id IN (${affecting('$3')}) AND g.set_id NOT IN (${affecting('$4')})
    ORDER BY g.id LIMIT $5`,
    [from, beginning, vulnerability, except, limit],
  );
  const packages = await packagesOfSets(
    sql,
    'v.id = $1',
    vulnerability,
    images.map(({ set }) => set),
  );
  return images.flatMap(({ id, reference, set }) => {
    const [first] = packages.get(set) ?? [];
    return first === undefined ? [] : [{ id, reference, package: first }];
  });
}
