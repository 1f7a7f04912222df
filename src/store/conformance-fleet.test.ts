import path from 'node:path';
import { describe } from 'vitest';
import { hasPostgres, postgresAbsent, testDatabase } from '../../test/support/postgres.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { describeFleet } from './conformance-fleet.ts';
import { openStore } from './open.ts';

describeFleet('SQLite', async () => await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') }));

describe.skipIf(!hasPostgres)(hasPostgres ? 'a server' : postgresAbsent, () => {
  describeFleet('PostgreSQL', async () => await openStore({ ecosystems, url: await testDatabase() }));
});
