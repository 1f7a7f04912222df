import { createHash } from 'node:crypto';
import type { Database } from '../sqlite.ts';

/** Name in `meta` of the artefact that a database was taken from. */
export const ARTEFACT = 'artefact';

/** Rows that are hashed at a time. */
const ROWS = 512;

/**
 * SHA-256 of all rows of all tables: equal for two databases that say the same, however their files are laid out. Where
 * the database came from is no part of it.
 */
export function contentDigest(database: Database): string {
  const hash = createHash('sha256');
  for (const table of tablesOf(database)) {
    hash.update(`${table}\n`);
    const filter = table === 'meta' ? ` WHERE name <> '${ARTEFACT}'` : '';
    // In the order in which the table lies: nothing is sorted for it.
    const order = keyOf(database, table).join(', ');
    const select = database.prepare(`SELECT * FROM "${table}"${filter} ORDER BY ${order}`);
    select.setReturnArrays(true);
    let rows: string[] = [];
    for (const row of select.iterate() as Iterable<unknown>) {
      rows.push(textOf(row as unknown as readonly unknown[]));
      if (rows.length < ROWS) continue;
      hash.update(`${rows.join('\n')}\n`);
      rows = [];
    }
    hash.update(`${rows.join('\n')}\n`);
  }
  return hash.digest('hex');
}

function textOf(row: readonly unknown[]): string {
  return JSON.stringify(row, (_, value: unknown) =>
    value instanceof Uint8Array
      ? { hex: Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex') }
      : value,
  );
}

/** The columns of the primary key of a table, quoted. */
export function keyOf(database: Database, table: string): readonly string[] {
  const select = database.prepare('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk');
  select.setReturnArrays(true);
  return (select.all(table) as unknown as (readonly [string])[]).map(([name]) => `"${name}"`);
}

/** Names of all tables, sorted. */
export function tablesOf(database: Database): readonly string[] {
  const select = database.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  select.setReturnArrays(true);
  return (select.all() as unknown as (readonly [string])[]).map(([name]) => name);
}
