import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { hasPostgres, postgresAbsent, testDatabase } from '../../test/support/postgres.ts';
import { type Receiver, startReceiver } from '../../test/support/receiver.ts';
import { hasShared, readShared } from '../../test/support/shared.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { TestClock } from '../../test/support/test-clock.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { silent } from '../log.ts';
import type { StoredNotification } from '../store/notification-shelf.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { clairWebhook } from './clair-webhook.ts';
import { Notifier, type NotifierOptions } from './notifier.ts';
import { DeliveryError, type NotificationTarget } from './target.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const IDLE = 4321;
/** What notifications wait for that are written before a notifier starts. */
const TARGETS = ['a', 'b', 'good', 'bad', 'webhook'];

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function storeWith(count: number): Promise<Store> {
  const store = await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') });
  opened.push(store);
  await store.notifications.addTargets(TARGETS);
  for (let i = 0; i < count; i++) await write(store, i);
  return store;
}

/** Each leaves a notification. */
async function write(store: Store, number: number): Promise<void> {
  const rest = { description: '', link: '', severity: 'High', metadata: '', fixes: [] } as const;
  await store.vulnerabilities.write({ namespace: 'debian:13', name: `CVE-2099-${number}`, ...rest });
}

interface Made {
  readonly notifier: Notifier;
  readonly clock: TestClock;
}

function makeNotifier(store: NotifierOptions['store'], options: Partial<NotifierOptions> = {}): Made {
  const clock = new TestClock(Date.now(), IDLE);
  const notifier = new Notifier({
    store,
    targets: [],
    attempts: 3,
    renotifyInterval: 2 * HOUR,
    log: silent,
    clock,
    idleTime: IDLE,
    ...options,
  });
  opened.push({ close: () => notifier.stop() });
  return { notifier, clock: (options.clock as TestClock | undefined) ?? clock };
}

/** A target that takes messages by a script, and remembers when. */
function scripted(
  name: string,
  clock: TestClock,
  takes: (notifications: readonly StoredNotification[], count: number) => boolean | Promise<boolean>,
  batch = 1,
): NotificationTarget & { readonly sent: { readonly names: readonly string[]; readonly at: number }[] } {
  const sent: { names: readonly string[]; at: number }[] = [];
  const start = clock.now();
  return {
    name,
    backend: name,
    batch,
    sent,
    async send(notifications) {
      sent.push({ names: notifications.map((one) => one.name), at: clock.now() - start });
      if (!(await takes(notifications, sent.length))) throw new DeliveryError('the target answered HTTP 500');
    },
    async close() {},
  };
}

/** As a receiver of Clair's webhook wants it. */
const repeating = <T extends NotificationTarget>(target: T): T => ({ ...target, repeats: true });

const newClock = (): TestClock => new TestClock(Date.now(), IDLE);

async function names(store: Store): Promise<readonly string[]> {
  return (await store.notifications.waiting(1000)).first.map(({ name }) => name);
}

describe('Notifier', () => {
  it('posts what Clair posts, when Clair does', async () => {
    interface Recorded {
      readonly secondsAfterFirst: number;
      readonly request: {
        readonly method: string;
        readonly path: string;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: string;
      };
      readonly answeredWith: number;
    }
    const headers = {
      Host: '{webhookserver}',
      'User-Agent': 'Go-http-client/1.1',
      'Content-Type': 'application/json',
      'Accept-Encoding': 'gzip',
    };
    const body = (of: string) => `{"Notification":{"Name":"{notification:${of}}"}}`;
    const request = { method: 'POST', path: '/notify', headers };
    const recorded: readonly Recorded[] = hasShared
      ? readShared('clair/golden/webhook/posts.ndjson')
          .toString()
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as Recorded)
      : [
          { secondsAfterFirst: 0, request: { ...request, body: body('a') }, answeredWith: 500 },
          { secondsAfterFirst: 1, request: { ...request, body: body('a') }, answeredWith: 500 },
          { secondsAfterFirst: 3, request: { ...request, body: body('a') }, answeredWith: 200 },
          { secondsAfterFirst: 3, request: { ...request, body: body('b') }, answeredWith: 200 },
        ];
    const store = await storeWith(2);
    const clock = newClock();
    const start = clock.now();
    const times: number[] = [];
    const receiver: Receiver = await startReceiver((_, count) => {
      times.push(clock.now() - start);
      return recorded[count - 1]?.answeredWith ?? 500;
    });
    opened.push(receiver);
    const { notifier } = makeNotifier(store, { clock, targets: [clairWebhook({ url: receiver.url })] });
    await notifier.start();
    await clock.standsStill();
    await notifier.stop();

    const nameOf = (text: string) => /"Name":"([^"]+)"/.exec(text)?.[1] ?? '';
    const found = receiver.received.map(({ method, path: place, headers: sent, body: text }, i) => ({
      method,
      path: place,
      headers: Object.fromEntries(
        Object.keys(headers).map((name) => [name, name === 'Host' ? '{webhookserver}' : sent[name.toLowerCase()]]),
      ),
      body: text.replace(nameOf(text), nameOf(recorded[i]?.request.body ?? '')),
    }));
    expect(found).toEqual(recorded.map((one) => one.request));
    // The first three are of one notification, the last of the other.
    const ids = receiver.received.map((one) => nameOf(one.body));
    expect([ids[0], ids[1], ids[2]]).toEqual([ids[0], ids[0], ids[0]]);
    expect(new Set(ids).size).toBe(2);
    expect(times.map((time) => time / SECOND)).toEqual(recorded.map((one) => Math.floor(one.secondsAfterFirst)));
    // Besides these a message has its length and word of the connection.
    const others = receiver.received
      .flatMap((one) => Object.keys(one.headers))
      .filter((name) => {
        return !Object.keys(headers).some((known) => known.toLowerCase() === name);
      });
    expect(new Set(others)).toEqual(new Set(['connection', 'content-length']));
    expect(await store.notifications.waiting(10)).toMatchObject({ count: 0 });
    expect((await store.notifications.find(ids[0] as string))?.notified?.getTime()).toBe(start + 3 * SECOND);
  });

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

  it.for([
    ['in one process', async () => [await storeWith(60)]],
    [
      'over PostgreSQL',
      async () => {
        const url = await testDatabase();
        const stores = [await openStore({ ecosystems, url }), await openStore({ ecosystems, url })];
        opened.push(...stores);
        await stores[0]!.notifications.addTargets(TARGETS);
        for (let i = 0; i < 60; i++) await write(stores[i % 2]!, i);
        return stores;
      },
    ],
  ] as const)('shares the work with others %s, and none sends what another one did', async ([where, open], context) => {
    if (where === 'over PostgreSQL' && !hasPostgres) return context.skip(postgresAbsent);
    const stores = await open();
    const clock = newClock();
    const targets = [1, 2, 3].map(() =>
      scripted('a', clock, async () => {
        // Others get their turn while it is on its way.
        await new Promise((resolve) => setImmediate(resolve));
        return true;
      }),
    );
    for (const [i, target] of targets.entries()) {
      await makeNotifier(stores[i % stores.length]!, { clock, targets: [target] }).notifier.start();
    }
    await clock.standsStill(3);
    const sent = targets.flatMap((target) => target.sent.flatMap((one) => one.names));
    expect(sent).toHaveLength(60);
    expect(new Set(sent).size).toBe(60);
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

  it('begins with what comes after a target was configured', async () => {
    const store = await storeWith(2);
    const clock = newClock();
    const target = scripted('new', clock, () => true);
    await makeNotifier(store, { clock, targets: [target] }).notifier.start();
    await clock.standsStill();
    expect(target.sent).toHaveLength(0);
    await write(store, 3);
    clock.pass(IDLE);
    await clock.standsStill();
    const [newest] = (await store.notifications.list({ limit: 1 })).notifications;
    expect(target.sent.map((one) => one.names)).toEqual([[newest!.name]]);
  });

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

  it('gives what waits to a target that takes several at once', async () => {
    const store = await storeWith(7);
    const clock = newClock();
    const target = scripted('a', clock, () => true, 5);
    const { notifier } = makeNotifier(store, { clock, targets: [target] });
    await notifier.start();
    await clock.standsStill();
    expect(target.sent.map((one) => one.names.length)).toEqual([5, 2]);
    expect(await store.notifications.waiting(10)).toMatchObject({ count: 0 });
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

  it('stops in the middle of its waits, and leaves nothing locked', async () => {
    const store = await storeWith(2);
    const all = await names(store);
    const clock = newClock();
    let stopped: Promise<void> | undefined;
    const target: NotificationTarget = scripted('a', clock, () => {
      stopped ??= made.notifier.stop();
      return false;
    });
    const made = makeNotifier(store, { clock, targets: [target] });
    await made.notifier.start();
    await clock.standsStill(0);
    while (stopped === undefined) await new Promise((resolve) => setImmediate(resolve));
    await stopped;
    for (const name of all) {
      expect(await store.locks.find(name)).toBeUndefined();
      expect(await store.notifications.deliveries(name)).toEqual([]);
    }
  });

  it('counts, and says nothing of what a target answered', async () => {
    const store = await storeWith(1);
    const clock = newClock();
    const secret = 'token=hunter2';
    const receiver = await startReceiver((_, count) =>
      count < 3 ? { status: 302, headers: { location: `http://127.0.0.1/${secret}` }, body: secret } : 201,
    );
    opened.push(receiver);
    const told: unknown[] = [];
    const log = {
      ...silent,
      warn: (...args: unknown[]) => void told.push(args),
      info: (...args: unknown[]) => void told.push(args),
    };
    const counted: unknown[] = [];
    const metrics = {
      observeNotification: (ms: number) => void counted.push(['latency', ms >= 3 * SECOND]),
      countNotifierError: (backend: string) => void counted.push(['error', backend]),
    };
    const { port } = new URL(receiver.url);
    const target = clairWebhook({ url: `http://user:${secret}@127.0.0.1:${port}/${secret}` });
    const { notifier } = makeNotifier(store, { clock, log, metrics, targets: [target] });
    await notifier.start();
    await clock.standsStill();
    expect(counted).toEqual([
      ['error', 'webhook'],
      ['error', 'webhook'],
      ['latency', true],
    ]);
    expect(JSON.stringify(told)).toContain('HTTP 302');
    expect(JSON.stringify(told)).not.toContain('hunter2');
    // A redirect is no place to send anything to.
    expect(receiver.received.map((one) => one.path)).toEqual([1, 2, 3].map(() => `/${secret}`));
  });

  it('is not there without a target', async () => {
    const store = await storeWith(1);
    const told: string[] = [];
    const log = { ...silent, info: (_: object, message: string) => void told.push(message) };
    const { notifier } = makeNotifier(store, { log });
    await notifier.start();
    await notifier.stop();
    expect(told).toEqual(['notifier service is disabled']);
  });
});
