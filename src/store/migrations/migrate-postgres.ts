import { StoreError } from '../../errors.ts';
import type { SqlWriter } from '../sql/connection.ts';
import { postgresDialect } from '../sql/dialect.ts';
import type { Migration } from './migration.ts';

/** What the steps run on: each `write` is a transaction. */
interface Database {
  readonly place: string;
  /** The schema of the tables. */
  readonly schema: string;
  write<T>(work: (sql: SqlWriter) => Promise<T>): Promise<T>;
}

/**
 * Makes the schema and brings its tables up to date, each step in a transaction. Several processes may do so at once: one
 * does the step, the others wait and find it done.
 * @throws StoreError `store.unusable` if a newer version of Drydock changed it, or the schema is not ours
 */
export async function migratePostgres(database: Database, steps: readonly Migration[]): Promise<void> {
  for (let done = false; !done; ) {
    done = await database.write(async (sql) => {
      await sql.lockName('migration', database.schema);
      const version = await schemaVersion(sql, database);
      if (version > steps.length) {
        throw new StoreError(
          'store.unusable',
          `The database ${database.place} was changed by a newer version of Drydock (schema ${version}, known is ${steps.length}). Update Drydock, or name another database.`,
        );
      }
      const step = steps[version];
      if (step === undefined) return true;
      for (const statement of step.statements(postgresDialect)) await sql.run(statement);
      await sql.run('UPDATE schema_version SET version = $1', [version + 1]);
      return version + 1 === steps.length;
    });
  }
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
