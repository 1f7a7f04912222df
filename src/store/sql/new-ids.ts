import type { SqlWriter } from './connection.ts';

/** Takes numbers for new rows, ascending, so that rows and what refers to them can be loaded together. */
export async function newIds(sql: SqlWriter, table: string, count: number): Promise<readonly number[]> {
  if (count === 0) return [];
  if (sql.dialect.name === 'postgres') {
    const rows = await sql.all<{ readonly id: number }>(
      `SELECT nextval(pg_get_serial_sequence('${table}', 'id')) AS id FROM generate_series(1, CAST($1 AS bigint))`,
      [count],
    );
    return rows.map(({ id }) => Number(id));
  }
  // The rows are written in this transaction, before anybody else takes numbers.
  const row = await sql.get<{ readonly seq: number }>('SELECT seq FROM sqlite_sequence WHERE name = $1', [table]);
  const first = (row?.seq ?? 0) + 1;
  return Array.from({ length: count }, (_, index) => first + index);
}
