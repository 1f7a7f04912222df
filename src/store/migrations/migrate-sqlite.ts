import type { Database } from '../../advisories/sqlite.ts';
import { SqliteStatements } from '../sqlite/sqlite-statements.ts';
import type { Migration, MigrationWatch } from './migration.ts';
import { runMigrations } from './run-migrations.ts';

/**
 * Brings a database file up to date.
 * @throws StoreError `store.unusable` if a newer version of Drydock changed it
 * @throws DrydockError `interrupted`
 */
export async function migrateSqlite(
  database: Database,
  file: string,
  steps: readonly Migration[],
  watch?: MigrationWatch,
): Promise<void> {
  const statements = new SqliteStatements(database, file);
  await runMigrations(
    {
      name: `The database ${file}`,
      another: 'file',
      write: async (work) => await statements.transaction('BEGIN IMMEDIATE', work),
      version: async (sql) => (await sql.get<{ readonly user_version: number }>('PRAGMA user_version'))!.user_version,
      setVersion: async (sql, version) => {
        await sql.run(`PRAGMA user_version = ${version}`);
      },
    },
    steps,
    watch,
  );
}
