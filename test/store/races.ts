import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Advisory } from '../../src/model/advisory.ts';
import type { Store } from '../../src/store/store.ts';
import { layer, type OpenStore, packages, vulnerability } from './samples.ts';

/** Those of 1..n that are greater, as texts. */
function above(version: number, n: number): string[] {
  return Array.from({ length: n }, (_, index) => index + 1)
    .filter((fix) => fix > version)
    .map(String);
}

/** In an order that chance gives. */
function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

/** What a feed says of curl. */
function record(id: string, fixed: string): Advisory {
  const affected = { namespace: 'debian:8', package: 'curl', nameKind: 'source', ranges: [{ fixed }], state: 'fixed' };
  return { key: id, id, aliases: [], severity: 'low', urls: [], affected: [affected as Advisory['affected'][number]] };
}

/** What happens when everybody writes at once. @param open the second store of a list uses the same database, where that is possible */
export function describeRaces(open: OpenStore, openTwice?: () => Promise<readonly [Store, Store]>): void {
  const both = async (): Promise<readonly [Store, Store]> => {
    if (openTwice !== undefined) return await openTwice();
    const store = await open();
    return [store, store];
  };

  describe('at once', () => {
    it('100 vulnerabilities and 100 versions of one package: every pair is there', async () => {
      const [one, other] = await both();
      const n = 100;
      const numbers = Array.from({ length: n }, (_, index) => index + 1);
      await Promise.all(
        shuffled([
          ...numbers.map((version) => async (store: Store) => {
            await store.layers.insert(layer(`layer-${version}`, { packages: packages('debian:8', `f ${version}`) }));
          }),
          ...numbers.map((fix) => async (store: Store) => {
            await store.vulnerabilities.write(vulnerability('debian:8', `CVE-${fix}`, `f ${fix}`));
          }),
        ]).map(async (task, index) => await task(index % 2 === 0 ? one : other)),
      );

      for (const version of numbers) {
        const found = await one.layers.packages(`layer-${version}`, { vulnerabilities: true });
        const fixes = found?.flatMap(({ vulnerabilities }) => vulnerabilities.map(({ fixedBy }) => fixedBy));
        expect(new Set(fixes)).toEqual(new Set(above(version, n)));
        expect(fixes).toHaveLength(n - version);
      }
    });

    it('one layer from many: it is kept once', async () => {
      const [one, other] = await both();
      await one.layers.insert(layer('root', { packages: packages('debian:8', 'a 1, b 1') }));
      const child = layer('child', { parent: 'root', packages: packages('debian:8', 'a 1, c 1, d 1') });
      await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).layers.insert(child)));

      const found = await one.layers.packages('child');
      expect(found?.map(({ name, addedBy }) => [name, addedBy])).toEqual([
        ['a', 'root'],
        ['c', 'child'],
        ['d', 'child'],
      ]);
    });

    it('many layers with the same new packages in other orders', async () => {
      const [one, other] = await both();
      const list = Array.from({ length: 50 }, (_, index) => ({
        namespace: 'debian:8',
        name: `p${index}`,
        version: '1',
      }));
      const names = Array.from({ length: 30 }, (_, index) => `l${index}`);
      await Promise.all(
        names.map((name, index) => (index % 2 ? one : other).layers.insert(layer(name, { packages: shuffled(list) }))),
      );

      for (const name of names) expect(await one.layers.packages(name)).toHaveLength(50);
    });

    it('one vulnerability from many: all fixes are merged, and each change is told once', async () => {
      const [one, other] = await both();
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 ? one : other).vulnerabilities.write(vulnerability('debian:8', 'CVE-1', `p${index} 1`)),
        ),
      );

      expect((await one.vulnerabilities.find('debian:8', 'CVE-1'))?.fixes).toHaveLength(20);
      expect(await one.vulnerabilities.list('debian:8', 0, 100)).toHaveLength(1);
      const { count, first } = await one.notifications.waiting(100);
      expect(count).toBe(20);
      expect(first.filter(({ old }) => old === undefined)).toHaveLength(1);
    });

    it('children come while their parent is replaced or goes: none is lost, none is left over', async () => {
      const [one, other] = await both();
      await one.layers.insert(layer('root', { packages: packages('debian:8', 'a 1') }));
      const children = Array.from({ length: 20 }, (_, index) => `c${index}`);
      const insert = async (name: string, store: Store): Promise<unknown> =>
        await store.layers
          .insert(layer(name, { parent: 'root', packages: packages('debian:8', 'a 1, own 1') }))
          .catch((error: unknown) => error);
      const [, ...outcomes] = await Promise.all([
        one.layers.replace(layer('root', { packages: packages('debian:8', 'a 2') })),
        ...children.map((name) => insert(name, other)),
      ]);
      expect(outcomes.filter((outcome) => outcome !== undefined)).toEqual([]);
      for (const name of children) {
        const found = await one.layers.packages(name);
        expect(found?.map((found) => `${found.name} ${found.version}`)).toEqual(['a 1', 'own 1']);
      }

      const later = children.map((name) => `${name}-later`);
      await Promise.all([...later.map((name) => insert(name, other)), one.layers.remove('root')]);
      expect(await one.layers.find('root')).toBeUndefined();
      for (const name of [...children, ...later]) expect(await one.layers.find(name)).toBeUndefined();
    });

    it('a parent and its child are replaced: both show what was found last', async () => {
      const [one, other] = await both();
      const shown: string[] = [];
      for (let n = 0; n < 30; n++) {
        const [parent, child, sibling] = [`parent-${n}`, `child-${n}`, `other-${n}`] as const;
        await one.layers.insert(layer(parent, { packages: packages('debian:8', 'a 1, b 1') }));
        await one.layers.insert(layer(child, { parent, packages: packages('debian:8', 'a 1, b 1, c 1') }));
        await one.layers.insert(layer(sibling, { parent, packages: packages('debian:8', 'a 1, f 1') }));
        await Promise.all([
          one.layers.replace(layer(parent, { packages: packages('debian:8', 'a 2, d 1') })),
          other.layers.replace(layer(child, { parent, packages: packages('debian:8', 'a 3, e 1') })),
        ]);
        for (const name of [parent, child, sibling]) {
          const found = await one.layers.packages(name);
          shown.push(found!.map((pkg) => `${pkg.name} ${pkg.version}`).join(', '));
        }
      }

      expect(shown).toEqual(Array.from({ length: 30 }, () => ['a 2, d 1', 'a 3, e 1', 'a 1, f 1']).flat());
    });

    it('users and the feeds change the same vulnerabilities: both succeed, and the word of users counts', async () => {
      const [one, other] = await both();
      const apply = async (generation: number, key: string, fixed: string): Promise<unknown> =>
        await one.advisories.apply({
          generation,
          upserts: [{ feed: 'tracker', advisory: record(key, fixed) }],
          removals: [],
          notify: true,
          complete: false,
        });
      for (let n = 0; n < 30; n++) {
        const key = `CVE-2024-${1000 + n}`;
        await apply(2 * n + 1, key, '1');
        const change = async (): Promise<boolean> => {
          // At another moment of the take-over each time.
          await setTimeout(n % 12);
          return await other.vulnerabilities.changeFixes('debian:8', key, [{ package: 'vim', version: '9' }]);
        };
        const [, changed] = await Promise.all([apply(2 * n + 2, key, '2'), change()]);

        expect(changed).toBe(true);
        const found = await one.vulnerabilities.find('debian:8', key);
        expect(found).toMatchObject({ origin: 'user', fixes: [{ package: 'curl' }, { package: 'vim', version: '9' }] });
      }
    });

    it('two targets are delivered: the notification is notified', async () => {
      const [one, other] = await both();
      const targets = ['a', 'b'];
      for (let n = 0; n < 10; n++) await one.vulnerabilities.write(vulnerability('debian:8', `CVE-${n}`));
      const { first } = await one.notifications.waiting(10);
      const delivered = new Date();
      await Promise.all(
        first.flatMap(({ name }) => [
          one.notifications.recordDelivery(name, { target: 'a', delivered, failures: 0 }, targets),
          other.notifications.recordDelivery(name, { target: 'b', delivered, failures: 0 }, targets),
        ]),
      );

      expect((await one.notifications.waiting(10)).count).toBe(0);
    });
  });
}
