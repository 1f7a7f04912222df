import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { hasPostgres, testDatabase } from '../../test/support/postgres.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { silent } from '../log.ts';
import type { CacheBounds } from '../reading/layer-cache.ts';
import { describeLayerCache } from '../reading/layer-cache-conformance.ts';
import { openStore } from './open.ts';
import type { Store } from './store.ts';
import { StoredLayerCache } from './stored-layer-cache.ts';

const opened: Store[] = [];
afterAll(async () => {
  for (const store of opened) await store.close();
});

async function open(bounds: CacheBounds) {
  const url = await testDatabase();
  const store = await openStore({ ecosystems, url });
  opened.push(store);
  const run = async (sql: string, values: readonly unknown[] = []): Promise<void> => {
    const client = new pg.Client({ connectionString: url, options: '-c search_path=drydock' });
    await client.connect();
    await client.query(sql, [...values]);
    await client.end();
  };
  const again = (how: CacheBounds): StoredLayerCache => new StoredLayerCache(store.readings, how, silent);
  return {
    url,
    store,
    run,
    again,
    cache: again(bounds),
    damage: () => run("UPDATE layer_reading_piece SET bytes = '\\x00112233'"),
    exchange: (from: string, to: string, readers: string) =>
      run(
        `UPDATE layer_reading_piece AS p SET bytes = q.bytes
        FROM layer_reading AS r, layer_reading_piece AS q JOIN layer_reading AS s ON s.id = q.reading_id
        WHERE r.id = p.reading_id AND r.key = $2 AND s.key = $1 AND q.position = p.position`,
        [`${from} ${readers}`, `${to} ${readers}`],
      ),
    age: (milliseconds: number) => run('UPDATE layer_reading SET used_at = used_at - $1', [milliseconds]),
    breakDown: () => store.close(),
  };
}

describeLayerCache('layers in PostgreSQL', hasPostgres, open);

it.skipIf(!hasPostgres)('keeps what was used last, up to its bytes', async () => {
  const { store, age } = await open({ bytes: 1, age: 1 });
  const { readings } = store;
  const put = async (key: string, bytes: number): Promise<void> => {
    await readings.put(key, () => [Buffer.alloc(bytes / 2), Buffer.alloc(bytes / 2)]);
    await age(48 * 3_600_000);
  };
  for (const key of ['a', 'b', 'c', 'd']) await put(key, 1000);
  expect((await readings.get('b'))?.length).toBe(1000);
  expect(await readings.sweep({ bytes: 2500, age: 1e12 })).toBe(2);
  const left = ['a', 'b', 'c', 'd'].map(async (key) => await readings.has(key));
  expect(await Promise.all(left)).toEqual([false, true, false, true]);
  expect(await readings.sweep({ bytes: 2500, age: 1e12 })).toBe(0);
  expect(await readings.sweep({ bytes: 2500, age: 3_600_000 })).toBe(1);
});
