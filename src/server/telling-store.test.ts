import { describe, expect, it, onTestFinished } from 'vitest';
import { startReceiver } from '../../test/support/receiver.ts';
import { startTestService } from '../../test/support/service.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { openStore } from '../store/open.ts';
import { systemClock } from './clock.ts';
import { tellOfWrites } from './telling-store.ts';

const vulnerability = (fixedIn: string) => ({
  Vulnerability: {
    Name: 'CVE-1',
    NamespaceName: 'debian:12',
    Severity: 'High',
    FixedIn: [{ Name: 'zlib', NamespaceName: 'debian:12', VersionFormat: 'dpkg', Version: fixedIn }],
  },
});

describe('a notification that a write of this process made', () => {
  it('goes out at once, although the notifier looks on its own once an hour', async () => {
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    const service = await startTestService(
      {
        roles: new Set(['api', 'notifier']),
        offline: false,
        notify: { attempts: 1, renotifyInterval: 3_600_000, webhook: { url: receiver.url } },
      },
      // Looks on its own take an hour here; whoever is woken goes on.
      { work: { clock: { ...systemClock, sleep: (_, signal) => systemClock.sleep(3_600_000, signal) } } },
    );
    onTestFinished(() => service.stop());
    await service.ready;
    // The first look finds nothing, and the notifier sleeps.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(receiver.received.length).toBe(0);

    const url = `${service.url}/v1/namespaces/debian:12/vulnerabilities`;
    const send = async (method: string, at: string, body?: object): Promise<void> => {
      const answer = await fetch(at, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
      expect([answer.status, await answer.text()]).toEqual([method === 'POST' ? 201 : 200, expect.anything()]);
    };
    await send('POST', url, vulnerability('1.0'));
    await expect.poll(() => receiver.received.length).toBe(1);
    await send('PUT', `${url}/CVE-1/fixes/zlib`, {
      Feature: { Name: 'zlib', NamespaceName: 'debian:12', VersionFormat: 'dpkg', Version: '1.1' },
    });
    await expect.poll(() => receiver.received.length).toBe(2);
    await send('DELETE', `${url}/CVE-1`);
    await expect.poll(() => receiver.received.length).toBe(3);
  });
});

describe('a store that tells of writes', () => {
  it('says nothing of what is read, of what failed, and before it is done', async () => {
    const opened = await openStore({ ecosystems, url: `${temporaryFolder()}/store.db` });
    onTestFinished(() => opened.close());
    let told = 0;
    const store = tellOfWrites(opened, () => told++);
    expect(await store.advisories.generation()).toBe(0);
    await expect(
      store.vulnerabilities.write({ namespace: { name: '', versionFormat: 'nonsense' } } as never),
    ).rejects.toThrow();
    expect(told).toBe(0);
    const applying = store.advisories.apply({
      generation: 1,
      upserts: [],
      removals: [],
      notify: true,
      complete: true,
    });
    expect(told).toBe(0);
    await applying;
    expect(told).toBe(1);
  });
});
