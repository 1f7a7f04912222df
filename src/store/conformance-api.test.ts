import path from 'node:path';
import { describe } from 'vitest';
import { hasPostgres, postgresAbsent, testDatabase } from '../../test/support/postgres.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { describeApi } from './conformance-api.ts';
import { openStore } from './open.ts';

describeApi('SQLite', async () => await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') }));

describe.skipIf(!hasPostgres)(hasPostgres ? 'a server' : postgresAbsent, () => {
  describeApi('PostgreSQL', async () => await openStore({ ecosystems, url: await testDatabase() }));
});
