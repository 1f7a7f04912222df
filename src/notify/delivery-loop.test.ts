import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { TestClock } from '../../test/support/test-clock.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { StoreError } from '../errors.ts';
import { silent } from '../log.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { mailTarget } from './mail.ts';
import { Notifier } from './notifier.ts';
import type { NotificationTarget } from './target.ts';

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

const IDLE = 4321;

interface Made {
  readonly store: Store;
  readonly notifier: Notifier;
  /** Errors of targets that were counted. */
  readonly counted: string[];
  readonly told: string[];
  /** The one notification that waits. */
  waiting(): Promise<string>;
}

async function make(
  target: NotificationTarget,
  times: { readonly sendTime?: number; readonly drainTime?: number },
): Promise<Made> {
  const store = await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') });
  opened.push(store);
  const counted: string[] = [];
  const told: string[] = [];
  const tell = (data: object): void => void told.push(String((data as { failure?: string }).failure));
  const notifier = new Notifier({
    store,
    targets: [target],
    attempts: 1,
    renotifyInterval: 7_200_000,
    log: { ...silent, warn: tell, error: tell },
    clock: new TestClock(Date.now(), IDLE),
    idleTime: IDLE,
    metrics: { observeNotification: () => {}, countNotifierError: (backend) => counted.push(backend) },
    ...times,
  });
  opened.push({ close: () => notifier.stop() });
  await notifier.start();
  const rest = { description: '', link: '', severity: 'High', metadata: '', fixes: [] } as const;
  await store.vulnerabilities.write({ namespace: 'debian:13', name: 'CVE-2099-1', ...rest });
  notifier.wake();
  return { store, notifier, counted, told, waiting: async () => (await store.notifications.waiting(1)).first[0]!.name };
}

/** A mail server that is about to answer, for ever. */
async function hesitantMailServer(): Promise<{ readonly url: string; readonly left: Promise<unknown> }> {
  const { promise: left, resolve } = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.write('220 test\r\n');
    socket.on('error', () => {}).on('close', resolve);
    socket.on('data', () => socket.write('250-wait\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push({ close: async () => server.close() });
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, left };
}

describe('DeliveryLoop', () => {
  it('gives a message up that the target takes without end', async () => {
    const { url, left } = await hesitantMailServer();
    const mail = mailTarget({ smtp: { reveal: () => url }, from: 'a@example.test', to: ['b@example.test'] }, silent);
    const { store, waiting, told, counted } = await make(mail, { sendTime: 200 });
    const name = await waiting();
    await expect.poll(async () => await store.notifications.deliveries(name)).toMatchObject([{ failures: 1 }]);
    expect([told, counted]).toEqual([['the target did not take it in time'], ['mail']]);
    await left;
  });

  it('is not waited for when it ends, for longer than it may', async () => {
    const { url } = await hesitantMailServer();
    const mail = mailTarget({ smtp: { reveal: () => url }, from: 'a@example.test', to: ['b@example.test'] }, silent);
    const { store, notifier, waiting, counted } = await make(mail, { drainTime: 100 });
    const name = await waiting();
    await expect.poll(async () => await store.locks.find(name)).toBeDefined();
    const started = performance.now();
    await notifier.stop();
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(await store.locks.find(name)).toBeUndefined();
    expect([await store.notifications.deliveries(name), counted]).toEqual([[], []]);
  });

  it('does not take a store that fails for a target that does', async () => {
    let asked = 0;
    const target: NotificationTarget = {
      name: 'json',
      backend: 'json',
      batch: 1,
      async send() {
        if (++asked === 1) throw new StoreError('store.unavailable', 'nobody answers');
      },
      async close() {},
    };
    const { store, counted } = await make(target, {});
    await expect.poll(() => asked).toBe(2);
    expect(counted).toEqual([]);
    await expect.poll(async () => (await store.notifications.waiting(1)).count).toBe(0);
  });
});
