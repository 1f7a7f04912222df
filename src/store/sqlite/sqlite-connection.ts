import { StoreError } from '../../errors.ts';
import { migrations } from '../migrations/index.ts';
import { migrateSqlite } from '../migrations/migrate-sqlite.ts';
import type { MigrationWatch } from '../migrations/migration.ts';
import type { SqlConnection } from '../sql/connection.ts';
import { sqliteDialect } from '../sql/dialect.ts';
import { openDatabaseFile } from './database-file.ts';
import { guarded } from './sqlite-errors.ts';
import { SqliteStatements } from './sqlite-statements.ts';
import { Turns } from './turns.ts';

/**
 * A database file. SQLite answers while the process waits; what makes many statements lets go in between. Writers take
 * turns on one connection, readers on another, so that a long write keeps no reader waiting.
 * @throws StoreError `store.in-use`, `store.unusable`, `store.full`
 * @throws DrydockError `interrupted`
 */
export async function openSqliteConnection(file: string, watch?: MigrationWatch): Promise<SqlConnection> {
  const { writer, reader, close } = await openDatabaseFile(file, async (database) => {
    await migrateSqlite(database, file, migrations, watch);
    // Of processes that were killed: none has the file now but this one.
    guarded(file, () => database.exec('DELETE FROM lock'));
  });
  const writes = new Turns();
  const reads = new Turns();
  const asking = new SqliteStatements(reader, file);
  const writing = new SqliteStatements(writer, file);
  let closed = false;

  const take = async <T>(turns: Turns, work: () => Promise<T>): Promise<T> =>
    await turns.take(async () => {
      if (closed) throw new StoreError('store.unavailable', `The database ${file} is closed.`);
      return await work();
    });

  return {
    dialect: sqliteDialect,
    all: async (sql, parameters) => await take(reads, async () => await asking.all(sql, parameters)),
    arrays: async (sql, parameters) => await take(reads, async () => await asking.arrays(sql, parameters)),
    get: async (sql, parameters) => await take(reads, async () => await asking.get(sql, parameters)),
    read: async (work) => await take(reads, async () => await asking.transaction('BEGIN', work)),
    write: async (work) => await take(writes, async () => await writing.transaction('BEGIN IMMEDIATE', work)),
    async close() {
      await writes.take(async () => {
        await reads.take(async () => {
          if (!closed) close();
          closed = true;
          await Promise.resolve();
        });
      });
    },
  };
}
