import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasPostgres, postgresAbsent, testDatabase } from '../../../test/support/postgres.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { ecosystems } from '../../ecosystems/index.ts';
import { openConnection } from '../open.ts';
import { createSqlStore } from './sql-store.ts';

/** Every third image has the vulnerability; more than the number from which they are looked for in another way. */
const IMAGES = 16_000;

async function expectPages(url: string): Promise<void> {
  const connection = await openConnection(url);
  const store = createSqlStore(connection, ecosystems);
  try {
    const write = { namespace: 'debian:12', description: '', link: '', severity: 'High', metadata: '' } as const;
    await store.vulnerabilities.write({ ...write, name: 'CVE-2024-0001', fixes: [{ package: 'bash', version: '2' }] });
    const sets: number[] = [];
    for (const version of ['1', '2', '3']) {
      const { id } = await store.images.submit(`first:${version}`, new Date(0));
      const packages = [{ namespace: 'debian:12', name: 'bash', version }];
      await store.images.finish(id, { scanned: new Date(0), layers: [], packages, namespaces: [], document: '{}' });
      const row = await connection.get<{ set: number }>('SELECT set_id AS "set" FROM image WHERE uuid = $1', [id]);
      sets.push(row!.set);
    }
    await connection.write(async (sql) => {
      const rows = Array.from({ length: IMAGES }, (_, n) => [`uuid-${n}`, `app:${n}`, 2, 0, sets[n % 3]!] as const);
      await sql.load('image', ['uuid', 'reference', 'state', 'submitted_at', 'set_id'], rows);
    });
    const first = await store.images.affectedBy('CVE-2024-0001', { limit: 3 });
    const second = await store.images.affectedBy('CVE-2024-0001', { limit: 3, after: first.next! });
    const newest = Array.from({ length: IMAGES }, (_, n) => n)
      .filter((n) => n % 3 === 0)
      .reverse();
    expect(first.count).toBe(newest.length + 1);
    expect([...first.images, ...second.images].map(({ image }) => image.reference)).toEqual(
      newest.slice(0, 6).map((n) => `app:${n}`),
    );
    expect(first.images[0]!.packages).toEqual([{ namespace: 'debian:12', name: 'bash', version: '1', fixedBy: '2' }]);
  } finally {
    await store.close();
  }
}

describe('images that a vulnerability affects, where they are very many,', () => {
  it('are named page by page, newest first, on SQLite', async () => {
    await expectPages(path.join(temporaryFolder(), 'store.db'));
  });

  it.skipIf(!hasPostgres)(`are named so on PostgreSQL${hasPostgres ? '' : `: ${postgresAbsent}`}`, async () => {
    await expectPages(await testDatabase());
  });
});
