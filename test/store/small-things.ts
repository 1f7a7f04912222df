import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Advisory } from '../../src/model/advisory.ts';
import type { Store } from '../../src/store/store.ts';
import { layer, type OpenStore, packages, vulnerability } from './samples.ts';

const MINUTE = 60_000;

export function describeSmallThings(open: OpenStore): void {
  describe('locks', () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });

    it('belong to one owner, who may extend and release them', async () => {
      const { locks } = store;
      const first = await locks.take('test1', 'owner1', MINUTE);
      expect(Math.abs((first?.getTime() ?? 0) - Date.now() - MINUTE)).toBeLessThan(10_000);
      expect(await locks.take('test1', 'owner2', MINUTE, true)).toBeUndefined();
      expect(await locks.take('test1', 'owner2', MINUTE)).toBeUndefined();
      const extended = await locks.take('test1', 'owner1', 2 * MINUTE, true);
      expect((extended?.getTime() ?? 0) - (first?.getTime() ?? 0)).toBeGreaterThan(MINUTE / 2);
      await locks.release('test1', 'owner2');
      expect(await locks.find('test1')).toEqual({ owner: 'owner1', until: extended });
      await locks.release('test1', 'owner1');
      expect(await locks.find('test1')).toBeUndefined();
      expect(await locks.take('test1', 'owner2', MINUTE)).toBeDefined();
      expect(await locks.find('test1')).toMatchObject({ owner: 'owner2' });
    });

    it('end by themselves', async () => {
      expect(await store.locks.take('test2', 'owner1', -MINUTE)).toBeDefined();
      expect(await store.locks.take('test2', 'owner2', 5)).toBeDefined();
      await setTimeout(20);
      expect(await store.locks.take('test2', 'owner3', MINUTE)).toBeDefined();
      expect(await store.locks.find('test2')).toMatchObject({ owner: 'owner3' });
    });

    it('cannot be extended where there are none', async () => {
      expect(await store.locks.take('test3', 'owner1', MINUTE, true)).toBeUndefined();
      expect(await store.locks.find('test3')).toBeUndefined();
    });

    it.each([
      ['no name', '', 'owner', MINUTE],
      ['no owner', 'name', '', MINUTE],
      ['no duration', 'name', 'owner', 0],
      ['an endless duration', 'name', 'owner', Number.POSITIVE_INFINITY],
    ])('are refused with %s', async (_title, name, owner, duration) => {
      await expect(store.locks.take(name, owner, duration)).rejects.toMatchObject({ code: 'store.bad-request' });
    });

    it('go to one of many that want them at once', async () => {
      const owners = Array.from({ length: 20 }, (_, index) => `owner${index}`);
      const taken = await Promise.all(owners.map((owner) => store.locks.take('wanted', owner, MINUTE)));

      expect(taken.filter((until) => until !== undefined)).toHaveLength(1);
    });
  });

  describe('values', () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });

    it('are kept and replaced', async () => {
      expect(await store.values.get('test')).toBeUndefined();
      await store.values.set('test', 'test1');
      expect(await store.values.get('test')).toBe('test1');
      await store.values.set('test', 'test2 \u{1F600}\n');
      expect(await store.values.get('test')).toBe('test2 \u{1F600}\n');
    });

    it.each([
      ['an empty value', 'test', ''],
      ['an empty key', '', 'test'],
      ['neither', '', ''],
    ])('are refused with %s', async (_title, key, value) => {
      await expect(store.values.set(key, value)).rejects.toMatchObject({ code: 'store.bad-request' });
    });
  });

  describe('the store', () => {
    it('lists namespaces in the order in which they came', async () => {
      const store = await open();
      expect(await store.namespaces()).toEqual([]);
      await store.layers.insert(layer('a', { namespace: 'ubuntu:24.04', packages: packages('debian:8', 'a 1') }));
      await store.vulnerabilities.write(vulnerability('custom:1', 'CVE-1'));
      await store.vulnerabilities.write(vulnerability('centos:7', 'CVE-1'));
      await store.vulnerabilities.write(vulnerability('centos:7', 'CVE-2'));

      const list = await store.namespaces();
      expect(new Set(list.slice(0, 2))).toEqual(
        new Set([
          { name: 'ubuntu:24.04', versionFormat: 'dpkg' },
          { name: 'debian:8', versionFormat: 'dpkg' },
        ]),
      );
      expect(list.slice(2)).toEqual([
        { name: 'custom:1', versionFormat: '' },
        { name: 'centos:7', versionFormat: 'rpm' },
      ]);
    });

    it('lists no namespace that images alone have', async () => {
      const store = await open();
      const image = async (namespace: string): Promise<void> => {
        const { id } = await store.images.submit('a:1', new Date(0));
        const told = [{ name: namespace, versionFormat: 'dpkg' }];
        const found = { scanned: new Date(0), layers: [], packages: packages(namespace, 'a 1'), document: '{}' };
        await store.images.finish(id, { ...found, namespaces: told });
      };
      const names = async (): Promise<string[]> => (await store.namespaces()).map(({ name }) => name).sort();
      for (const namespace of ['deb', 'debian:12', 'debian:13', 'ubuntu:24.04']) await image(namespace);
      expect(await names()).toEqual([]);
      expect(await store.vulnerabilities.list('deb', 0, 10)).toBeUndefined();

      await store.layers.insert(layer('a', { packages: packages('debian:12', 'a 1') }));
      await store.vulnerabilities.write(vulnerability('debian:13', 'CVE-1'));
      const affected = { namespace: 'ubuntu:24.04', package: 'a', nameKind: 'source', ranges: [], state: 'affected' };
      const record = { key: 'A', id: 'A', aliases: [], severity: 'low', urls: [], affected: [affected] } as const;
      const upserts = [{ feed: 'tracker', advisory: record as unknown as Advisory }];
      await store.advisories.apply({ generation: 1, upserts, removals: [], notify: true, complete: false });
      for (const namespace of ['deb', 'debian:12']) await image(namespace);
      expect(await names()).toEqual(['debian:12', 'debian:13', 'ubuntu:24.04']);
      expect(await store.vulnerabilities.list('debian:12', 0, 10)).toEqual([]);
      expect(await store.vulnerabilities.list('ubuntu:24.04', 0, 10)).toHaveLength(1);
    });

    it('answers while it is open', async () => {
      const store = await open();
      await store.ping();
      await store.close();

      await expect(store.ping()).rejects.toMatchObject({ code: 'store.unavailable' });
      await expect(store.values.set('a', 'b')).rejects.toMatchObject({ code: 'store.unavailable' });
      await store.close();
    });
  });
}
