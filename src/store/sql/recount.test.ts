import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { ecosystems } from '../../ecosystems/index.ts';
import type { FeedAdvisory } from '../advisory-shelf.ts';
import { openConnection } from '../open.ts';
import type { PackageVersion } from '../package-version.ts';
import type { Store } from '../store.ts';
import type { VulnerabilityWrite } from '../vulnerability-shelf.ts';
import type { SqlConnection } from './connection.ts';
import { createSqlStore } from './sql-store.ts';

const NAMESPACE = 'debian:12';
const SETS = 60;
/** Vulnerabilities that every image has. */
const COMMON = 40;

const versionOf = (name: string): PackageVersion => ({ namespace: NAMESPACE, name, version: '1' });

const record = (n: number): FeedAdvisory => ({
  feed: 'tracker',
  advisory: {
    ...{ key: `CVE-2024-${1000 + n}`, id: `CVE-2024-${1000 + n}`, aliases: [], severity: 'high', urls: [] },
    affected: [{ namespace: NAMESPACE, package: 'common', nameKind: 'source', state: 'affected', ranges: [] }],
  },
});

/** Rows, counted: how long something takes says nothing on a machine that is used by others. */
describe('what is written when something changes in a store with many images', () => {
  let connection: SqlConnection;
  let store: Store;
  beforeAll(async () => {
    connection = await openConnection(path.join(temporaryFolder(), 'store.db'));
    store = createSqlStore(connection, ecosystems);
    await store.advisories.apply({
      ...{ generation: 1, upserts: Array.from({ length: COMMON }, (_, n) => record(n)), removals: [] },
      ...{ notify: false, complete: true },
    });
    for (let n = 0; n < SETS; n++) await image(n);
    const [{ rows }] = (await connection.all<{ rows: number }>('SELECT count(*) AS rows FROM set_vulnerability')) as [
      { rows: number },
    ];
    expect(rows).toBe(SETS * COMMON);
  });
  afterAll(() => connection.close());

  const image = async (n: number): Promise<void> => {
    const { id } = await store.images.submit(`app-${n}:1`, new Date());
    const packages = [versionOf('common'), versionOf(`own-${n}`), ...(n < 5 ? [versionOf('rare')] : [])];
    await store.images.finish(id, { scanned: new Date(), layers: [], packages, namespaces: [], document: '{}' });
  };
  /** Rows of any table that were inserted, changed or deleted. */
  const written = async (work: () => Promise<unknown>): Promise<number> => {
    const count = async (): Promise<number> =>
      await connection.write(async (sql) => (await sql.get<{ n: number }>('SELECT total_changes() AS n'))!.n);
    const before = await count();
    await work();
    return (await count()) - before;
  };
  const write = async (name: string, fixed: string, more: Partial<VulnerabilityWrite> = {}) =>
    await store.vulnerabilities.write({
      ...{ namespace: NAMESPACE, name, description: '', link: '', severity: 'Low', metadata: '' },
      fixes: [{ package: fixed }],
      ...more,
    });

  it('is of the images that have it, where a user writes a vulnerability', async () => {
    // The row, its fix, its notification, and of each of 5 images: the pair, the count, the sum of the image; one sum of all.
    expect(await written(() => write('V-RARE', 'rare'))).toBeLessThan(5 * 3 + 10);
    expect(await written(() => write('V-OWN', 'own-7'))).toBeLessThan(12);
    expect(await written(() => write('V-NOBODY', 'nothing'))).toBeLessThan(10);
  });

  it('is none of the sums, where a vulnerability gets other words', async () => {
    expect(await written(() => write('V-RARE', 'rare', { description: 'more' }))).toBeLessThan(5 + 10);
  });

  it('is of the images that have it, where it becomes graver or goes', async () => {
    expect(await written(() => write('V-RARE', 'rare', { severity: 'Critical' }))).toBeLessThan(5 * 4 + 12);
    expect(await written(() => store.vulnerabilities.remove(NAMESPACE, 'V-RARE'))).toBeLessThan(5 * 2 + 8);
  });

  it('is of what the feeds changed', async () => {
    const [{ advisory }] = [record(3)];
    const upserts = [{ feed: 'tracker', advisory: { ...advisory, severity: 'low' as const } }];
    const delta = { generation: 2, upserts, removals: [], notify: false, complete: false };
    expect(await written(() => store.advisories.apply(delta))).toBeLessThan(SETS * 3 + 40);
  });

  it('is of the layer alone, where one is kept, and of what differs, where it is read again', async () => {
    const packages = Array.from({ length: 30 }, (_, n) => versionOf(`own-${n}`));
    const layer = { name: 'base', engineVersion: 3, packages, namespaces: [] };
    const above = { ...layer, name: 'above', parent: 'base', packages: [...packages, versionOf('rare')] };
    expect(await written(() => store.layers.insert(layer))).toBeLessThan(30 + 5);
    expect(await written(() => store.layers.insert(above))).toBeLessThan(5);
    expect(await written(() => store.layers.replace({ ...layer, engineVersion: 4 }))).toBeLessThan(4);
    const fewer = { ...layer, engineVersion: 5, packages: packages.slice(1) };
    expect(await written(() => store.layers.replace(fewer))).toBeLessThan(6);
    expect((await store.layers.packages('above'))!.map(({ name }) => name).toSorted()).toEqual(
      above.packages.map(({ name }) => name).toSorted(),
    );
  });
});
