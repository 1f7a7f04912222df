import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { measureStore } from './measured-store.ts';
import { createMetrics, type Metrics } from './metrics.ts';

let metrics: Metrics;
let store: Store;

beforeEach(async () => {
  metrics = createMetrics();
  store = measureStore(await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.sqlite') }), metrics);
});

afterEach(() => store.close());

describe('measureStore', () => {
  it('measures what is asked, under the names of Clair', async () => {
    await store.layers.find('x');
    await store.layers.packages('x');
    await store.layers.packages('x', { vulnerabilities: true });
    await store.vulnerabilities.list('x', 0, 1);
    await store.notifications.find('x');
    const text = await metrics.render();
    for (const [query, subquery] of [
      ['FindLayer', 'all'],
      ['FindLayer', 'all/features'],
      ['FindLayer', 'all/features+vulnerabilities'],
      ['listVulnerabilities', 'all'],
      ['GetNotification', 'all'],
    ] as const) {
      expect(text).toContain(
        `clair_pgsql_query_duration_milliseconds_count{query="${query}",subquery="${subquery}"} 1`,
      );
    }
  });

  it('counts what fails, and hands it on', async () => {
    const layer = { name: 'x'.repeat(129), engineVersion: 3, packages: [], namespaces: [] };
    await expect(store.layers.insert(layer)).rejects.toMatchObject({ code: 'store.too-long' });
    expect(await metrics.render()).toContain('clair_pgsql_errors_total{request="InsertLayer"} 1');
  });

  it('lets everything else through', async () => {
    await store.ping();
    expect(await store.namespaces()).toEqual([]);
    await store.values.set('a', 'b');
    expect(await store.values.get('a')).toBe('b');
  });
});
