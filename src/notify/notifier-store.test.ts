import { describe, expect, it } from 'vitest';
import {
  closeAfterEach,
  HOUR,
  makeNotifier,
  names,
  newClock,
  scripted,
  storeWith,
  write,
} from '../../test/support/notifying.ts';
import { silent } from '../log.ts';
import type { Store } from '../store/store.ts';

closeAfterEach();

describe('Notifier', () => {
  it('announces its targets as soon as the store answers', async () => {
    const store = await storeWith(0);
    const clock = newClock();
    let failures = 3;
    const notifications: Store['notifications'] = Object.assign(Object.create(store.notifications), {
      nextFor: (...args: Parameters<Store['notifications']['nextFor']>) => store.notifications.nextFor(...args),
      addTargets: async (added: readonly string[]) => {
        if (failures-- > 0) throw new Error('the database does not answer');
        await store.notifications.addTargets(added);
      },
      recordDelivery: (...args: Parameters<Store['notifications']['recordDelivery']>) =>
        store.notifications.recordDelivery(...args),
      deliveries: (name: string) => store.notifications.deliveries(name),
    });
    const target = scripted('new', clock, () => true);
    const { notifier } = makeNotifier({ notifications, locks: store.locks }, { clock, targets: [target] });
    await notifier.start();
    await clock.standsStill();
    await write(store, 1);
    notifier.wake();
    clock.pass(1);
    await clock.standsStill();
    expect([failures, target.sent.length]).toEqual([-1, 1]);
  });

  it('does not send again because the store is away just then', async () => {
    const store = await storeWith(1);
    const clock = newClock();
    let failures = 3;
    const notifications: Store['notifications'] = Object.assign(Object.create(store.notifications), {
      recordDelivery: async (...args: Parameters<Store['notifications']['recordDelivery']>) => {
        if (failures-- > 0) throw new Error('the database does not answer');
        await store.notifications.recordDelivery(...args);
      },
      find: (name: string) => store.notifications.find(name),
      nextFor: (...args: Parameters<Store['notifications']['nextFor']>) => store.notifications.nextFor(...args),
      deliveries: (name: string) => store.notifications.deliveries(name),
      addTargets: (added: readonly string[]) => store.notifications.addTargets(added),
    });
    const target = scripted('a', clock, () => true);
    const { notifier } = makeNotifier({ notifications, locks: store.locks }, { clock, targets: [target] });
    await notifier.start();
    await clock.standsStill();
    expect(target.sent).toHaveLength(1);
    expect(await store.notifications.waiting(10)).toMatchObject({ count: 0 });
  });

  it('goes on when the store comes back', async () => {
    const store = await storeWith(1);
    const clock = newClock();
    let failures = 4;
    const told: string[] = [];
    const notifications: Store['notifications'] = Object.assign(Object.create(store.notifications), {
      nextFor: async (...args: Parameters<Store['notifications']['nextFor']>) => {
        if (failures-- > 0) throw new Error('the database does not answer');
        return await store.notifications.nextFor(...args);
      },
      recordDelivery: (...args: Parameters<Store['notifications']['recordDelivery']>) =>
        store.notifications.recordDelivery(...args),
      deliveries: (name: string) => store.notifications.deliveries(name),
      addTargets: (added: readonly string[]) => store.notifications.addTargets(added),
    });
    const target = scripted('a', clock, () => true);
    const log = { ...silent, error: (_: object, message: string) => void told.push(message) };
    const { notifier } = makeNotifier({ notifications, locks: store.locks }, { clock, log, targets: [target] });
    await notifier.start();
    await clock.standsStill();
    expect(target.sent).toHaveLength(1);
    expect(told).toHaveLength(4);
  });

  it('leaves a notification to whoever took its lock over', async () => {
    const store = await storeWith(1);
    const [name = ''] = await names(store);
    const clock = newClock();
    const target = scripted('a', clock, async () => {
      const held = await store.locks.find(name);
      if (held !== undefined) await store.locks.release(name, held.owner);
      await store.locks.take(name, 'another one', HOUR);
      return false;
    });
    const { notifier } = makeNotifier(store, { clock, targets: [target], attempts: 12 });
    await notifier.start();
    await clock.standsStill();
    // It notices when it extends the lock, every two minutes.
    expect(target.sent.length).toBeLessThan(9);
    expect(await store.notifications.deliveries(name)).toEqual([]);
    expect(await store.locks.find(name)).toMatchObject({ owner: 'another one' });
  });
});
