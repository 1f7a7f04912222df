import { describe, expect, it } from 'vitest';
import {
  closeAfterEach,
  HOUR,
  MINUTE,
  makeNotifier,
  names,
  newClock,
  repeating,
  SECOND,
  scripted,
  storeWith,
} from '../../test/support/notifying.ts';

closeAfterEach();

describe('Notifier', () => {
  it('lets a notification rest after each round that failed, twice as long each time, at most the interval', async () => {
    const store = await storeWith(1);
    const clock = newClock();
    const target = scripted('a', clock, (_, count) => count > 12);
    const { notifier } = makeNotifier(store, { clock, targets: [target], attempts: 2, renotifyInterval: 20 * MINUTE });
    await notifier.start();
    await clock.standsStill();
    for (const rest of [1, 2, 4, 8, 16, 20]) {
      const before = target.sent.length;
      clock.pass(rest * MINUTE - 1);
      await clock.standsStill();
      expect(target.sent).toHaveLength(before);
      clock.pass(1);
      await clock.standsStill();
      // The last of these succeeds at once.
      expect(target.sent).toHaveLength(before + (rest === 20 ? 1 : 2));
    }
    // Success ends the count: what is sent again fails once, and rests a minute only.
    const [name] = [...new Set(target.sent.flatMap((one) => one.names))];
    expect((await store.notifications.deliveries(name as string))[0]).toMatchObject({ failures: 0 });
  });

  it('serves others while one rests', async () => {
    const store = await storeWith(20);
    const clock = newClock();
    const [bad] = await names(store);
    const target = scripted('a', clock, ([notification]) => notification?.name !== bad);
    const { notifier } = makeNotifier(store, { clock, targets: [target], attempts: 3 });
    await notifier.start();
    await clock.standsStill();
    expect(target.sent.filter((one) => one.names[0] === bad)).toHaveLength(3);
    expect(new Set(target.sent.map((one) => one.names[0])).size).toBe(20);
    expect(await store.notifications.waiting(10)).toMatchObject({ count: 1, first: [{ name: bad }] });
  });

  it('keeps rests and counts over restarts', async () => {
    const store = await storeWith(1);
    const clock = newClock();
    for (const rest of [1, 2, 4]) {
      const target = scripted('a', clock, () => false);
      const { notifier } = makeNotifier(store, { clock, targets: [target] });
      await notifier.start();
      await clock.standsStill();
      expect(target.sent).toHaveLength(3);
      await notifier.stop();
      const early = scripted('a', clock, () => true);
      const again = makeNotifier(store, { clock, targets: [early] });
      clock.pass(rest * MINUTE - 4 * SECOND);
      await again.notifier.start();
      await clock.standsStill();
      expect(early.sent).toHaveLength(0);
      await again.notifier.stop();
      clock.pass(4 * SECOND);
    }
  });

  it('sends again after the interval, until it is marked as read, where that is wanted', async () => {
    const store = await storeWith(1);
    const [name] = await names(store);
    const clock = newClock();
    const target = repeating(scripted('a', clock, () => true));
    const once = scripted('b', clock, () => true);
    const { notifier } = makeNotifier(store, { clock, targets: [target, once] });
    await notifier.start();
    await clock.standsStill(2);
    clock.pass(2 * HOUR);
    await clock.standsStill(2);
    expect(target.sent).toHaveLength(1);
    clock.pass(1);
    await clock.standsStill(2);
    expect(target.sent.map((one) => one.names)).toEqual([[name], [name]]);
    await store.notifications.markRead(name as string, new Date(clock.now()));
    clock.pass(3 * HOUR);
    await clock.standsStill(2);
    expect(target.sent).toHaveLength(2);
    expect(once.sent).toHaveLength(1);
  });

  it('holds no target up because of another one', async () => {
    const store = await storeWith(5);
    const clock = newClock();
    const good = scripted('good', clock, () => true, 10);
    const bad = scripted('bad', clock, () => false);
    const { notifier } = makeNotifier(store, { clock, targets: [bad, good] });
    await notifier.start();
    await clock.standsStill(2);
    expect(new Set(good.sent.flatMap((one) => one.names)).size).toBe(5);
    expect(good.sent.flatMap((one) => one.names)).toHaveLength(5);
    // One that did not get it is enough to wait.
    expect(await store.notifications.waiting(10)).toMatchObject({ count: 5 });
  });

  it('does not wait for a moment that a clock gave which was ahead for a while', async () => {
    const store = await storeWith(1);
    const [name = ''] = await names(store);
    const failed = { target: 'a', failures: 1, notBefore: new Date('2100-01-01') };
    await store.notifications.recordDelivery(name, failed, ['a']);
    const clock = newClock();
    const target = scripted('a', clock, () => true);
    await makeNotifier(store, { clock, targets: [target] }).notifier.start();
    await clock.standsStill();
    expect(target.sent.map((one) => one.names)).toEqual([[name]]);
  });
});
