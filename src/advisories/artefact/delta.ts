import { rmSync } from 'node:fs';
import { AdvisoriesError } from '../../errors.ts';
import { resultCode, sqliteResult } from '../../sqlite-result.ts';
import { checkSchema, type Database, loadSqlite } from '../sqlite.ts';
import { ARTEFACT, contentDigest, keyOf, tablesOf } from './content-digest.ts';
import { type Manifest, refused } from './manifest.ts';
import { copyDatabase, versionOf } from './snapshot.ts';

/** What turns one database into another. */
export interface Delta {
  readonly bytes: Uint8Array;
  readonly base: NonNullable<Manifest['base']>;
}

/**
 * The rows that differ between two databases, as a patch set of SQLite (sqlite.org/sessionintro.html): a copy of the
 * earlier one is made equal to the later one, table by table, while a session takes notes.
 */
export async function makeDelta(earlier: string, later: string): Promise<Delta> {
  const work = `${later}.earlier`;
  const { DatabaseSync } = await loadSqlite();
  try {
    await copyDatabase(earlier, work);
    const database = new DatabaseSync(work, { returnArrays: true });
    try {
      database.prepare('DELETE FROM meta WHERE name = ?').run(ARTEFACT);
      const base = { version: versionOf(database), content: contentDigest(database) };
      database.prepare('ATTACH ? AS later').run(later);
      database.exec('BEGIN');
      const session = database.createSession();
      for (const table of tablesOf(database)) makeEqual(database, table);
      const bytes = session.patchset();
      session.close();
      database.exec('ROLLBACK');
      return { bytes, base };
    } finally {
      database.close();
    }
  } finally {
    rmSync(work, { force: true });
  }
}

/** Makes a table of the earlier database what it is in the later one; only rows that differ are touched. */
function makeEqual(database: Database, table: string): void {
  const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all(table);
  const names = (columns as unknown as (readonly [string])[]).map(([name]) => `"${name}"`);
  const keys = keyOf(database, table);
  const others = names.filter((name) => !keys.includes(name));
  const on = keys.map((key) => `l.${key} = t.${key}`).join(' AND ');
  database.exec(`DELETE FROM "${table}" AS t WHERE NOT EXISTS (SELECT 1 FROM later."${table}" l WHERE ${on})`);
  const list = names.join(', ');
  database.exec(
    `CREATE TEMP TABLE differing AS SELECT ${list} FROM later."${table}" EXCEPT SELECT ${list} FROM "${table}"`,
  );
  // Changed rows before new ones: a record that ended makes room for the one that takes its place.
  if (others.length > 0) {
    const set = others.map((name) => `${name} = l.${name}`).join(', ');
    database.exec(`UPDATE "${table}" AS t SET ${set} FROM differing l WHERE ${on}`);
  }
  database.exec(`
    INSERT INTO "${table}" (${list}) SELECT ${list} FROM differing l
    WHERE NOT EXISTS (SELECT 1 FROM "${table}" t WHERE ${on}) ORDER BY ${keys.join(', ')}`);
  database.exec('DROP TABLE differing');
}

/**
 * Turns a copy of a database into the one that a delta leads to. What comes of it is compared with what the publisher
 * said it is: a database of somebody else, or one that was updated since, is noticed.
 * @throws AdvisoriesError `advisories.refused`
 */
export async function applyDelta(base: string, bytes: Uint8Array, target: string, manifest: Manifest): Promise<void> {
  await copyDatabase(base, target);
  const { DatabaseSync } = await loadSqlite();
  const database = new DatabaseSync(target, { returnArrays: true });
  try {
    checkSchema(database, base);
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF');
    database.prepare('DELETE FROM meta WHERE name = ?').run(ARTEFACT);
    if (contentDigest(database) !== manifest.base?.content) {
      throw refused('it is a delta of another database than the one in use');
    }
    if (!database.applyChangeset(bytes) || contentDigest(database) !== manifest.content) {
      throw refused('it does not lead to the database that it names');
    }
  } catch (error) {
    // A disk that is full is no fault of the delta.
    if (error instanceof AdvisoriesError || resultCode(error) === sqliteResult.full) throw error;
    throw refused(`it cannot be applied (${(error as Error).message})`, error);
  } finally {
    database.close();
  }
}
