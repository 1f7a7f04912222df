import { StoreError } from '../../errors.ts';
import type { SqlWriter } from '../sql/connection.ts';
import type { Migration, MigrationWatch } from './migration.ts';
import { runMigrations } from './run-migrations.ts';

/** What the steps run on: each `write` is a transaction. */
interface Database {
  readonly place: string;
  /** The schema of the tables. */
  readonly schema: string;
  write<T>(work: (sql: SqlWriter) => Promise<T>): Promise<T>;
  /** Waits for transactions that write by the version of before, and keeps others from beginning until this one ends. */
  lockWriters(sql: SqlWriter): Promise<void>;
}

/**
 * Makes the schema and brings its tables up to date. Several processes may do so at once: one works on a step, the others wait
 * and find it done, or go on with it.
 * @throws StoreError `store.unusable` if a newer version of Drydock changed it, or the schema is not ours
 * @throws DrydockError `interrupted`
 */
export async function migratePostgres(
  database: Database,
  steps: readonly Migration[],
  watch?: MigrationWatch,
): Promise<void> {
  await runMigrations(
    {
      name: `The database ${database.place}`,
      another: 'database',
      write: async (work) =>
        await database.write(async (sql) => {
          await sql.lockName('migration', database.schema);
          return await work(sql);
        }),
      version: async (sql) => await schemaVersion(sql, database),
      setVersion: async (sql, version) => {
        await database.lockWriters(sql);
        await sql.run('UPDATE schema_version SET version = $1', [version]);
      },
    },
    steps,
    watch,
  );
}

async function schemaVersion(sql: SqlWriter, { place, schema }: Database): Promise<number> {
  const exists = await sql.get('SELECT 1 AS found FROM pg_catalog.pg_namespace WHERE nspname = $1', [schema]);
  // A name that PostgreSQL accepts without quotes: see `openPostgresConnection`.
  if (exists === undefined) await sql.run(`CREATE SCHEMA ${schema}`);
  const tables = await sql.all<{ name: string }>(
    'SELECT tablename AS name FROM pg_catalog.pg_tables WHERE schemaname = $1',
    [schema],
  );
  if (tables.some(({ name }) => name === 'schema_version')) {
    const row = await sql.get<{ version: number }>('SELECT version FROM schema_version');
    return row?.version ?? 0;
  }
  if (tables.length > 0) {
    throw new StoreError(
      'store.unusable',
      `The schema ${schema} of the database ${place} has tables that are not ours. Name another database.`,
    );
  }
  await sql.run('CREATE TABLE schema_version (version integer NOT NULL)');
  await sql.run('INSERT INTO schema_version (version) VALUES (0)');
  return 0;
}
