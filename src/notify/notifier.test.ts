import { describe, expect, it } from 'vitest';
import {
  closeAfterEach,
  IDLE,
  makeNotifier,
  names,
  newClock,
  opened,
  SECOND,
  scripted,
  storeWith,
  TARGETS,
  write,
} from '../../test/support/notifying.ts';
import { hasPostgres, postgresAbsent, testDatabase } from '../../test/support/postgres.ts';
import { type Receiver, startReceiver } from '../../test/support/receiver.ts';
import { hasShared, readShared } from '../../test/support/shared.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { silent } from '../log.ts';
import { openStore } from '../store/open.ts';
import { clairWebhook } from './clair-webhook.ts';
import type { NotificationTarget } from './target.ts';

closeAfterEach();

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
