import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasPostgres, postgresAbsent, testDatabase } from '../../../test/support/postgres.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { ecosystems } from '../../ecosystems/index.ts';
import { openConnection } from '../open.ts';
import { createSqlStore } from './sql-store.ts';

/** So many that the sum of their times is more than a number of JavaScript holds exactly. */
const IMAGES = 6000;
const TIME = Date.UTC(2026, 6, 1);

function describeSums(name: string, make: () => Promise<string>): void {
  it(`${name}: thousands of images, each with the time of a change`, async () => {
    const connection = await openConnection(await make());
    const store = createSqlStore(connection, ecosystems);
    try {
      const columns = ['id', 'uuid', 'reference', 'state', 'submitted_at', 'changed_at'];
      const rows = Array.from({ length: IMAGES }, (_, n) => [n + 1, randomUUID(), `app:${n}`, 2, TIME + n, TIME + n]);
      await connection.write(async (sql) => await sql.load('image', columns, rows));
      expect(rows.reduce((sum, row) => sum + Number(row[5]), 0)).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
      expect((await store.fleet.overview('2026-07-01', 5)).sums.vulnerabilities).toBe(0);
      expect((await store.fleet.vulnerabilities({ limit: 10 })).vulnerabilities).toEqual([]);
    } finally {
      await connection.close();
    }
  });
}

describe('sums over all images', () => {
  describeSums('SQLite', async () => path.join(temporaryFolder(), 'store.db'));
  describe.skipIf(!hasPostgres)(hasPostgres ? 'a server' : postgresAbsent, () => {
    describeSums('PostgreSQL', testDatabase);
  });
});
