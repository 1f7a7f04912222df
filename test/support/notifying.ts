import path from 'node:path';
import { afterEach } from 'vitest';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { silent } from '../../src/log.ts';
import { Notifier, type NotifierOptions } from '../../src/notify/notifier.ts';
import { DeliveryError, type NotificationTarget } from '../../src/notify/target.ts';
import type { StoredNotification } from '../../src/store/notification-shelf.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { temporaryFolder } from './temporary.ts';
import { TestClock } from './test-clock.ts';

export const SECOND: number = 1000;
export const MINUTE: number = 60 * SECOND;
export const HOUR: number = 60 * MINUTE;
/** How long a notifier waits that has nothing to do: the clock stands still then. */
export const IDLE = 4321;
/** What notifications wait for that are written before a notifier starts. */
export const TARGETS: readonly string[] = ['a', 'b', 'good', 'bad', 'webhook'];

/** What is closed after the test, the last first. */
export const opened: { close(): Promise<unknown> }[] = [];

/** Closes what the functions below opened, and what a test put there. Call it once in a test file. */
export function closeAfterEach(): void {
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.close();
  });
}

/** A store with so many notifications. */
export async function storeWith(count: number): Promise<Store> {
  const store = await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') });
  opened.push(store);
  await store.notifications.addTargets(TARGETS);
  for (let i = 0; i < count; i++) await write(store, i);
  return store;
}

/** Each leaves a notification. */
export async function write(store: Store, number: number): Promise<void> {
  const rest = { description: '', link: '', severity: 'High', metadata: '', fixes: [] } as const;
  await store.vulnerabilities.write({ namespace: 'debian:13', name: `CVE-2099-${number}`, ...rest });
}

interface Made {
  readonly notifier: Notifier;
  readonly clock: TestClock;
}

/** A notifier on a clock that stands still until it is told to go on. */
export function makeNotifier(store: NotifierOptions['store'], options: Partial<NotifierOptions> = {}): Made {
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
export function scripted(
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
export const repeating = <T extends NotificationTarget>(target: T): T => ({ ...target, repeats: true });

export const newClock = (): TestClock => new TestClock(Date.now(), IDLE);

/** Of the notifications that wait. */
export async function names(store: Store): Promise<readonly string[]> {
  return (await store.notifications.waiting(1000)).first.map(({ name }) => name);
}
