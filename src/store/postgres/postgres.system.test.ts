import { describe } from 'vitest';
import { hasPostgres, testDatabase } from '../../../test/support/postgres.ts';
import { ecosystems } from '../../ecosystems/index.ts';
import { describeStore } from '../conformance.ts';
import { createSqlStore } from '../sql/sql-store.ts';
import type { Store } from '../store.ts';
import { openPostgresConnection } from './postgres-connection.ts';

describe.skipIf(!hasPostgres)('with a server', () => {
  let url: string | undefined;
  let schemas = 0;
  const openSchema = async (schema: string): Promise<Store> => {
    url ??= await testDatabase();
    return createSqlStore(await openPostgresConnection(url, { schema }), ecosystems);
  };
  const newSchema = (): string => `store_${++schemas}`;

  describeStore('a store in PostgreSQL', {
    open: async () => await openSchema(newSchema()),
    openTwice: async () => {
      const schema = newSchema();
      return await Promise.all([openSchema(schema), openSchema(schema)]);
    },
  });
});
