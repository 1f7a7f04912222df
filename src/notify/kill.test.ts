import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startReceiver } from '../../test/support/receiver.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { openStore } from '../store/open.ts';

const entry = fileURLToPath(new URL('../../test/support/notify-child.ts', import.meta.url));
const COUNT = 60;
const KILLS = 10;

describe('a notifier that is killed', () => {
  it('loses nothing, and repeats itself under the same name only', async () => {
    const file = path.join(temporaryFolder(), 'store.db');
    const rest = { description: '', link: '', severity: 'High', metadata: '', fixes: [] } as const;
    const store = await openStore({ ecosystems, url: file });
    await store.notifications.addTargets(['webhook', 'json']);
    for (let i = 0; i < COUNT; i++) {
      await store.vulnerabilities.write({ namespace: 'debian:13', name: `CVE-2099-${i}`, ...rest });
    }
    const names = (await store.notifications.waiting(COUNT)).first.map(({ name }) => name).toSorted();
    await store.close();

    let onMessage = (): void => {};
    const receiver = await startReceiver(() => {
      onMessage();
      return 200;
    });
    const url = receiver.url.replace('/notify', '');
    const signals: unknown[] = [];
    const start = () => {
      const child = spawn(process.execPath, [entry, file, url], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      return { child, ended: once(child, 'exit') };
    };
    try {
      for (let i = 0; i < KILLS; i++) {
        const { child, ended } = start();
        // Some time around a message: while it comes, is answered, is written down, or the next one is looked for.
        let left = 1 + Math.floor(Math.random() * 4);
        onMessage = () => {
          if (--left === 0) setTimeout(() => child.kill('SIGKILL'), Math.random() * 8);
        };
        signals.push((await ended)[1]);
      }
      onMessage = () => {};
      expect(await start().ended).toEqual([0, null]);
    } finally {
      await receiver.close();
    }

    expect(signals).toEqual(Array.from({ length: KILLS }, () => 'SIGKILL'));
    expect(names).toHaveLength(COUNT);
    const clair = receiver.received.filter((one) => one.path === '/clair');
    const json = receiver.received.filter((one) => one.path === '/json');
    const named = clair.map(({ body }) => (JSON.parse(body) as { Notification: { Name: string } }).Notification.Name);
    const ids = json.map(({ body, headers }) => {
      const { id } = JSON.parse(body) as { id: string };
      expect(headers['webhook-id']).toBe(id);
      return id;
    });
    expect([...new Set(named)].toSorted()).toEqual(names);
    expect([...new Set(ids)].toSorted()).toEqual(names);
    // Only what was on its way when the process was killed came twice: one message a target and kill.
    expect(named.length).toBeLessThanOrEqual(COUNT + KILLS);
    expect(ids.length).toBeLessThanOrEqual(COUNT + KILLS);
  });
});
