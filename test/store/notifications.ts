import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Advisory } from '../../src/model/advisory.ts';
import type { StoredNotification } from '../../src/store/notification-shelf.ts';
import type { Store } from '../../src/store/store.ts';
import { layer, type OpenStore, packages, vulnerability } from './samples.ts';

const MINUTE = 60_000;

/** What a feed says. */
const record: Advisory = {
  key: 'CVE-2024-9',
  id: 'CVE-2024-9',
  aliases: [],
  severity: 'low',
  urls: [],
  affected: [{ namespace: 'debian:8', package: 'curl', nameKind: 'source', ranges: [{ fixed: '2' }], state: 'fixed' }],
};

export function describeNotifications(open: OpenStore): void {
  describe('notifications', () => {
    let store: Store;
    const targets = ['webhook'];
    beforeAll(async () => {
      store = await open();
      await store.notifications.addTargets(['webhook', 'a', 'b', 'other']);
      for (const [name, list] of [
        ['l1', 'f1 0.1'],
        ['l2', 'f1 0.2'],
        ['l3', 'f1 0.3'],
        ['l4', 'f2 0.1'],
      ] as const) {
        await store.layers.insert(layer(name, { packages: packages('debian:8', list) }));
      }
      await store.layers.insert(layer('heir', { parent: 'l1', packages: packages('debian:8', 'f1 0.1') }));
      await store.layers.insert(layer('mended', { parent: 'l1', packages: packages('debian:8', 'f1 1.0') }));
    });
    beforeEach(async () => {
      for (const { name } of (await store.notifications.waiting(100)).first) {
        await store.notifications.markRead(name, new Date());
      }
    });

    /** The one notification that somebody's change left. */
    async function left(change: () => Promise<unknown>): Promise<StoredNotification> {
      const before = (await store.notifications.waiting(100)).count;
      await change();
      const { count, first } = await store.notifications.waiting(100);
      expect(count).toBe(before + 1);
      return first.at(-1)!;
    }
    const write = async (name: string, fixes: string, content = {}): Promise<StoredNotification> =>
      await left(() => store.vulnerabilities.write(vulnerability('debian:8', name, fixes, content)));
    const layersOf = async (id: number | undefined, from = 0, limit = 10): Promise<string[]> =>
      (await store.notifications.introducingLayers(id!, from, limit)).map(({ name }) => name);

    it('tell of what came, changed and went, with the rows as they were', async () => {
      const came = await write('V1', 'f1 1.0');
      expect(came).toEqual({ name: came.name, created: expect.any(Date), new: expect.anything() });
      expect(came.name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Math.abs(Date.now() - came.created.getTime())).toBeLessThan(MINUTE);
      expect(came.new).toMatchObject({ name: 'V1', fixes: [{ package: 'f1', version: '1.0' }] });
      expect(await layersOf(came.new?.id)).toEqual(['l1', 'l2', 'l3']);

      const changed = await write('V1', '-f1, f2', { severity: 'High' });
      expect(changed.old).toEqual(came.new);
      expect(changed.new).toMatchObject({ severity: 'High', fixes: [{ package: 'f2' }] });
      expect(await layersOf(changed.old?.id)).toEqual(['l1', 'l2', 'l3']);
      expect(await layersOf(changed.new?.id)).toEqual(['l4']);

      const fixed = await left(() =>
        store.vulnerabilities.changeFixes('debian:8', 'V1', [{ package: 'f1', version: '0.2' }]),
      );
      expect([fixed.old?.id, fixed.new?.severity]).toEqual([changed.new?.id, 'High']);
      expect(await layersOf(fixed.new?.id)).toEqual(['l1', 'l4']);

      const went = await left(() => store.vulnerabilities.remove('debian:8', 'V1'));
      expect(went.new).toBeUndefined();
      expect(went.old).toMatchObject({ id: fixed.new?.id, fixes: fixed.new?.fixes });
      expect(await layersOf(went.old?.id)).toEqual(['l1', 'l4']);
      expect(await store.notifications.find(came.name)).toEqual(came);
    });

    it('come also where no layer is affected', async () => {
      expect(await layersOf((await write('V-NONE', '')).new?.id)).toEqual([]);
    });

    it('list layers page by page, by age', async () => {
      const { new: row } = await write('V-PAGES', 'f1 1.0');
      const all = await store.notifications.introducingLayers(row!.id, 0, 10);

      expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).toSorted((a, b) => a - b));
      expect(await layersOf(row?.id, 0, 2)).toEqual(['l1', 'l2']);
      expect(await layersOf(row?.id, all[2]!.id, 2)).toEqual(['l3']);
      expect(await layersOf(row?.id, all[2]!.id + 1, 2)).toEqual([]);
      expect(await layersOf(row?.id, 0, 0)).toEqual([]);
      expect(await layersOf(99_999_999)).toEqual([]);
    });

    it('name a layer once, however many of its packages are affected', async () => {
      await store.layers.insert(layer('many', { packages: packages('debian:8', 'm1 1, m2 1, m3 1') }));

      expect(await layersOf((await write('V-MANY', 'm1, m2, m3')).new?.id)).toEqual(['many']);
    });

    it('know of layers that came later', async () => {
      const { new: row } = await write('V-LATER', 'late 2');
      await store.layers.insert(layer('late', { packages: packages('debian:8', 'late 1') }));

      expect(await layersOf(row?.id)).toEqual(['late']);
    });

    it('are marked as read once, and can be read afterwards', async () => {
      const { name } = await write('V-READ', '');
      const at = new Date('2024-05-01T12:00:00.123Z');

      expect(await store.notifications.markRead(name, at)).toBe(true);
      expect(await store.notifications.find(name)).toMatchObject({ name, deleted: at });
      expect(await store.notifications.markRead(name, new Date())).toBe(true);
      expect(await store.notifications.find(name)).toMatchObject({ deleted: at });
      expect(await store.notifications.markRead('nobody', at)).toBe(false);
      expect(await store.notifications.find('nobody')).toBeUndefined();
      expect(await store.notifications.nextFor(targets, new Date(), 0)).toBeUndefined();
    });

    describe('that wait', () => {
      const next = async (now = new Date(), to = targets): Promise<string | undefined> =>
        (await store.notifications.nextFor(to, now, 60 * MINUTE))?.name;

      it('are given out until every target had them, and again after a while', async () => {
        const { name } = await write('V-WAIT', '');
        const delivered = new Date();
        const deliver = async (target: string) =>
          await store.notifications.recordDelivery(name, { target, delivered, failures: 0 }, ['a', 'b']);

        expect(await next()).toBe(name);
        await deliver('a');
        expect((await store.notifications.find(name))?.notified).toBeUndefined();
        expect((await store.notifications.waiting(1)).count).toBe(1);
        expect(await next(new Date(), ['a'])).toBeUndefined();
        expect(await next(new Date(), ['a', 'b'])).toBe(name);
        await deliver('b');
        expect((await store.notifications.find(name))?.notified).toEqual(delivered);
        expect(await store.notifications.waiting(1)).toEqual({ count: 0, first: [] });
        expect(await next(new Date(), ['a', 'b'])).toBeUndefined();
        const later = new Date(delivered.getTime() + 60 * MINUTE);
        expect(await next(later, ['a'])).toBeUndefined();
        expect(await next(new Date(later.getTime() + 1), ['a'])).toBe(name);
        expect(await store.notifications.deliveries(name)).toEqual([
          { target: 'a', delivered, failures: 0 },
          { target: 'b', delivered, failures: 0 },
        ]);
        await store.notifications.markRead(name, new Date());
      });

      it('rest after a failure', async () => {
        const { name } = await write('V-REST', '');
        const now = new Date();
        const notBefore = new Date(now.getTime() + MINUTE);
        await store.notifications.recordDelivery(name, { target: 'webhook', failures: 3, notBefore }, targets);

        expect(await store.notifications.deliveries(name)).toEqual([{ target: 'webhook', failures: 3, notBefore }]);
        expect((await store.notifications.find(name))?.notified).toBeUndefined();
        expect(await next(new Date(notBefore.getTime() - 1))).toBeUndefined();
        expect(await next(notBefore)).toBe(name);
        expect(await next(now, ['webhook', 'other'])).toBe(name);
      });

      it('rest no longer than anything rests, should a clock have been ahead', async () => {
        const { name } = await write('V-AHEAD', '');
        const now = new Date();
        const ask = async (): Promise<string | undefined> =>
          (await store.notifications.nextFor(targets, now, 1e13, 60 * MINUTE))?.name;
        const rest = async (notBefore: Date) =>
          await store.notifications.recordDelivery(name, { target: 'webhook', failures: 1, notBefore }, targets);

        await rest(new Date(now.getTime() + 60 * MINUTE));
        expect(await ask()).toBeUndefined();
        await rest(new Date('2100-01-01'));
        expect(await ask()).toBe(name);
        await store.notifications.recordDelivery(
          name,
          { target: 'webhook', failures: 0, delivered: new Date('2100-01-01') },
          targets,
        );
        expect(await ask()).toBeUndefined();
        expect(await next(now)).toBe(name);
        await store.notifications.markRead(name, now);
      });

      it('are none that were read while they were on their way', async () => {
        const { name } = await write('V-READ-SENT', '');
        await store.notifications.markRead(name, new Date());
        for (const target of ['webhook', 'never added']) {
          await store.notifications.recordDelivery(name, { target, failures: 1, notBefore: new Date(0) }, targets);
        }

        expect(await next(new Date(), ['webhook', 'never added'])).toBeUndefined();
      });

      it('are for a new target those that come after it', async () => {
        const before = await write('V-BEFORE', '');
        await store.notifications.addTargets(['fresh', 'webhook']);
        expect(await next(new Date(), ['fresh'])).toBeUndefined();
        expect(await next()).toBe(before.name);
        const delivered = new Date();
        await store.notifications.recordDelivery(before.name, { target: 'webhook', delivered, failures: 0 }, [
          'webhook',
          'fresh',
        ]);
        expect((await store.notifications.find(before.name))?.notified).toEqual(delivered);
        await store.notifications.markRead(before.name, delivered);

        const after = await write('V-AFTER', '');
        await store.advisories.apply({
          generation: 1,
          upserts: [{ feed: 'tracker', advisory: record }],
          removals: [],
          notify: true,
          complete: false,
        });
        // Known already: nothing begins anew.
        await store.notifications.addTargets(['fresh']);
        const given = new Set<string | undefined>();
        for (let n = 0; n < 2; n++) {
          const name = await next(new Date(), ['fresh']);
          given.add((await store.notifications.find(name!))?.new?.name);
          await store.notifications.recordDelivery(name!, { target: 'fresh', delivered, failures: 0 }, ['fresh']);
        }
        expect(given).toEqual(new Set([after.new?.name, 'CVE-2024-9']));
        expect(await next(new Date(), ['fresh'])).toBeUndefined();
        for (const { name } of (await store.notifications.list({ unread: true, limit: 10 })).notifications) {
          await store.notifications.markRead(name, delivered);
        }
      });

      it('are kept from others by a lock', async () => {
        const { name } = await write('V-LOCK', '');
        await store.locks.take(name, 'me', MINUTE);

        expect(await next()).toBeUndefined();
        await store.locks.release(name, 'me');
        expect(await next()).toBe(name);
      });

      it('are given out at random', async () => {
        const names = new Set<string>();
        for (let n = 0; n < 4; n++) names.add((await write(`V-RANDOM-${n}`, '')).name);
        const given = new Set<string | undefined>();
        for (let n = 0; n < 200 && given.size < names.size; n++) given.add(await next());

        expect(given).toEqual(names);
      });

      it('are counted, the oldest first', async () => {
        const names: string[] = [];
        for (let n = 0; n < 3; n++) names.push((await write(`V-COUNT-${n}`, '')).name);

        const { count, first } = await store.notifications.waiting(2);
        expect([count, first.map(({ name }) => name)]).toEqual([3, names.slice(0, 2)]);
      });

      it('are nothing to record where there is none', async () => {
        await store.notifications.recordDelivery('nobody', { target: 'webhook', failures: 1 }, targets);

        expect(await store.notifications.deliveries('nobody')).toEqual([]);
      });
    });
  });
}
