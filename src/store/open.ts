import type { Ecosystem } from '../model/ecosystem.ts';
import type { MigrationWatch } from './migrations/migration.ts';
import { isPostgresSource } from './postgres/connection-settings.ts';
import type { SqlConnection } from './sql/connection.ts';
import { createSqlStore } from './sql/sql-store.ts';
import type { Store } from './store.ts';

export interface OpenStoreOptions {
  /** They know how versions compare. */
  readonly ecosystems: readonly Ecosystem[];
  /**
   * A PostgreSQL database (`postgres://...`, or `host=... dbname=...`), or else the path of a file, which is made where
   * there is none.
   */
  readonly url: string;
  /** Follows what brings tables of before up to date. */
  readonly watch?: MigrationWatch;
}

/**
 * Opens the store and brings its tables up to date.
 * @throws StoreError `store.unavailable`, `store.unusable`, `store.in-use`, `store.full`
 * @throws DrydockError `interrupted` where `watch` ends what brings it up to date
 * @throws UsageError `usage.configuration` for a connection string that cannot be read
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  return createSqlStore(await openConnection(options.url, options.watch), options.ecosystems);
}

/** Opens what the store is written on. Loads the adapter that is needed, and no other. */
export async function openConnection(url: string, watch?: MigrationWatch): Promise<SqlConnection> {
  if (isPostgresSource(url)) {
    const { openPostgresConnection } = await import('./postgres/postgres-connection.ts');
    return await openPostgresConnection(url, watch === undefined ? {} : { watch });
  }
  const { openSqliteConnection } = await import('./sqlite/sqlite-connection.ts');
  return await openSqliteConnection(url, watch);
}
