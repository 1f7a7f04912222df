import type { NamesByNamespace } from './advisories-records.ts';
import { updateRows } from './advisories-rows.ts';
import type { SqlReader, SqlWriter } from './connection.ts';
import type { Judging } from './judging.ts';
import { findNamespace } from './namespaces.ts';
import { FEED, USER } from './origins.ts';
import { recountNames } from './recount.ts';

/** Takes back that a user removed a vulnerability of the feeds, as `AdvisoryShelf.restore` promises it. */
export async function restoreVulnerability(
  sql: SqlWriter,
  namespace: string,
  name: string,
  { judging, packagesOf }: RestoreParts,
): Promise<boolean> {
  await sql.lockName('advisories', 'apply');
  await sql.lock('all-vulnerabilities');
  const place = await findNamespace(sql, namespace);
  if (place === undefined) return false;
  const where = 'namespace_id = $1 AND name = $2';
  const known = [place.id, name];
  const inUse = await sql.get(`SELECT 1 AS one FROM vulnerability WHERE ${where} AND deleted_at IS NULL`, known);
  if (inUse !== undefined) return false;
  const removed = await sql.run(`UPDATE vulnerability SET origin = ${FEED} WHERE ${where} AND origin = ${USER}`, known);
  if (removed === 0) return false;
  // As if the feeds spoke of it for the first time.
  await sql.run(`DELETE FROM feed_vulnerability WHERE ${where}`, known);
  const subjects: NamesByNamespace = new Map([[place.id, new Set([name])]]);
  await updateRows(sql, subjects, { orders: judging.orders, notify: true, now: Date.now() });
  await sql.lock('new-vulnerabilities');
  await judging.judgeAgain(sql, await packagesOf(sql, subjects), new Set());
  await recountNames(sql, [name]);
  return true;
}

interface RestoreParts {
  readonly judging: Judging;
  /** Packages that the records of some vulnerabilities name. */
  packagesOf(sql: SqlReader, subjects: NamesByNamespace): Promise<NamesByNamespace>;
}
