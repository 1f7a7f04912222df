import path from 'node:path';
import { describe } from 'vitest';
import { hasPostgres, postgresAbsent, testDatabase } from '../../test/support/postgres.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { describeAdvisories } from './conformance-advisories.ts';
import { openStore } from './open.ts';

describeAdvisories(
  'SQLite',
  async () => await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') }),
);

describe.skipIf(!hasPostgres)(hasPostgres ? 'a server' : postgresAbsent, () => {
  describeAdvisories('PostgreSQL', async () => await openStore({ ecosystems, url: await testDatabase() }));
});
