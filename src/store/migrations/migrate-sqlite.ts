import type { Database } from '../../advisories/sqlite.ts';
import { StoreError } from '../../errors.ts';
import { sqliteDialect } from '../sql/dialect.ts';
import type { Migration } from './migration.ts';

/**
 * Brings a database file up to date, each step in a transaction.
 * @throws StoreError `store.unusable` if a newer version of Drydock changed it
 */
export function migrateSqlite(database: Database, file: string, steps: readonly Migration[]): void {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number };
  const version = row.user_version;
  if (version > steps.length) {
    throw new StoreError(
      'store.unusable',
      `The database ${file} was changed by a newer version of Drydock (schema ${version}, known is ${steps.length}). Update Drydock, or name another file.`,
    );
  }
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const statement of step.statements(sqliteDialect)) database.exec(statement);
      database.exec(`PRAGMA user_version = ${index + 1}`);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}
