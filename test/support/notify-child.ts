// Sends what waits in a store until nothing does: node notify-child.ts STORE URL. A test kills it.
import { setTimeout as sleep } from 'node:timers/promises';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { silent } from '../../src/log.ts';
import { clairWebhook } from '../../src/notify/clair-webhook.ts';
import { jsonWebhook } from '../../src/notify/json-webhook.ts';
import { Notifier } from '../../src/notify/notifier.ts';
import { openStore } from '../../src/store/open.ts';

const [file = '', url = ''] = process.argv.slice(2);
const clock = {
  now: () => Date.now(),
  sleep: async (milliseconds: number, signal: AbortSignal) => {
    await sleep(milliseconds, undefined, { signal }).catch(() => {});
  },
};
const store = await openStore({ ecosystems, url: file });
const { notifications } = store;
const notifier = new Notifier({
  store,
  targets: [clairWebhook({ url: `${url}/clair` }), jsonWebhook({ url: `${url}/json` }, { notifications, clock })],
  attempts: 2,
  renotifyInterval: 3_600_000,
  log: silent,
  clock,
  idleTime: 20,
  // What the one before held is free again soon.
  lockTime: 300,
});
await notifier.start();
while ((await notifications.waiting(1)).count > 0) await sleep(10);
await notifier.stop();
await store.close();
