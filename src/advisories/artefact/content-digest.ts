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
    const select = database.prepare(`SELECT * FROM "${table}"${filter}`);
    select.setReturnArrays(true);
    let rows: string[] = [];
    // Without ORDER BY: tables are walked in the order of their keys.
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

/** Names of all tables, sorted. */
export function tablesOf(database: Database): readonly string[] {
  const select = database.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  select.setReturnArrays(true);
  return (select.all() as unknown as (readonly [string])[]).map(([name]) => name);
}
