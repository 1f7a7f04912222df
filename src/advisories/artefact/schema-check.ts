import { SCHEMA } from '../schema.ts';
import { type Database, loadSqlite } from '../sqlite.ts';
import { refused } from './manifest.ts';

const OBJECTS = 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name';

/**
 * Whether a database has the tables of this version and nothing else: no view, no trigger, no other meaning of a table
 * that a stranger could have put there.
 * @throws AdvisoriesError `advisories.refused`
 */
export async function checkTables(database: Database): Promise<void> {
  const { DatabaseSync } = await loadSqlite();
  const model = new DatabaseSync(':memory:');
  try {
    model.exec(SCHEMA);
    const list = (of: Database): string =>
      JSON.stringify(
        of
          .prepare(OBJECTS)
          .all()
          .map((row) => Object.values(row)),
      );
    if (list(database) !== list(model)) throw refused('its database has other tables than those of Drydock');
  } finally {
    model.close();
  }
}

/**
 * Whether the pages of a database hang together. What was signed needs no such check.
 * @throws AdvisoriesError `advisories.refused`
 */
export function checkPages(database: Database): void {
  const [result] = database.prepare('PRAGMA quick_check(1)').all();
  const [text] = Object.values(result ?? {});
  if (text !== 'ok') throw refused(`its database is damaged (${String(text)})`);
}
