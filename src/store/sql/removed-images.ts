import type { SqlReader, SqlWriter } from './connection.ts';

/** Milliseconds that a removal is told of: longer than anybody who follows is late. */
const KEPT = 3_600_000;

/** Leaves word of an image that is removed, for those who follow what happens, in whatever process. */
export async function leaveRemoval(sql: SqlWriter, id: string): Promise<void> {
  const { now } = sql.dialect;
  await sql.run(`DELETE FROM removed_image WHERE removed_at < ${now} - ${KEPT}`);
  await sql.run(`INSERT INTO removed_image (uuid, removed_at) VALUES ($1, ${now})`, [id]);
}

/** Images that were removed since a moment of the clock of the database, the last ones first. */
export async function readRemovals(sql: SqlReader, moment: number, limit: number): Promise<readonly string[]> {
  const rows = await sql.arrays<readonly [string]>(
    'SELECT uuid FROM removed_image WHERE removed_at >= $1 ORDER BY removed_at DESC, id DESC LIMIT $2',
    [moment, limit],
  );
  return rows.map(([id]) => id);
}
