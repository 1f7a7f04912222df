import { describe } from 'vitest';
import { describeStore } from '../../../test/store/conformance.ts';
import { describeAdvisories } from '../../../test/store/conformance-advisories.ts';
import { describeApi } from '../../../test/store/conformance-api.ts';
import { describeFleet } from '../../../test/store/conformance-fleet.ts';
import { describeImages } from '../../../test/store/conformance-images.ts';
import { hasPostgres, testDatabase } from '../../../test/support/postgres.ts';
import { ecosystems } from '../../ecosystems/index.ts';
import { openStore } from '../open.ts';
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

  const open = async (): Promise<Store> => await openStore({ ecosystems, url: await testDatabase() });
  describeAdvisories('PostgreSQL', open);
  describeApi('PostgreSQL', open);
  describeFleet('PostgreSQL', open);
  describeImages('PostgreSQL', open);
});
