import { renameSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { testScan } from '../../test/support/api-service.ts';
import { FakeRegistry, refuse } from '../../test/support/fake-registry.ts';
import { dockerArchive, layer } from '../../test/support/image.ts';
import { debianLayer } from '../../test/support/root-file-systems.ts';
import { writeTemporary } from '../../test/support/temporary.ts';
import type { ServiceScanCalls } from '../server/scan-source.ts';

const image = { layers: [debianLayer()], platform: 'linux/amd64' };
const calls = (...hosts: string[]): ServiceScanCalls => ({
  signal: new AbortController().signal,
  onStep: () => {},
  registryHosts: () => hosts,
});

describe('what the service scans', () => {
  const registries: FakeRegistry[] = [];
  afterEach(() => {
    for (const registry of registries.splice(0)) registry.close();
  });
  const start = async (...args: Parameters<typeof FakeRegistry.start>): Promise<FakeRegistry> => {
    const registry = await FakeRegistry.start(...args);
    registries.push(registry);
    return registry;
  };

  it('comes from a registry of this machine only where somebody listed it', async () => {
    const registry = await start();
    registry.push(image, '1');
    const scan = await testScan();
    const source = { kind: 'registry', reference: `${registry.host}/app:1` } as const;
    await expect(scan(source, calls())).rejects.toThrow('is not an address of the public internet');
    await expect(scan(source, calls('127.0.0.1:1', 'localhost'))).rejects.toThrow('is not an address of the public');
    expect(registry.asked).toEqual([]);
    const [report] = await scan(source, calls(registry.host));
    expect(report?.image).toMatchObject({ reference: `${registry.host}/app:1`, distribution: { id: 'debian' } });
    expect(report?.hosts).toEqual([registry.host]);
    expect(report?.findings.filter(({ kind }) => kind === 'vulnerability')).toEqual([]);
  });

  it('comes from the mirrors that the service was given', async () => {
    const mirror = await start();
    mirror.push(image, '1');
    const scan = await testScan({ 'registry-mirror': `docker.io=${mirror.host}` });
    const [report] = await scan({ kind: 'registry', reference: 'docker.io/library/app:1' }, calls());
    expect(report?.hosts).toEqual([mirror.host]);
  });

  it('does not lead to hosts that nobody listed: by a redirect, by a token service', async () => {
    let reached = 0;
    const inside = createServer((_, response) => {
      reached++;
      response.end('{"token":"x"}');
    });
    await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
    const target = `127.0.0.1:${(inside.address() as AddressInfo).port}`;
    for (const lead of ['redirect', 'realm'] as const) {
      const registry = await start({
        fault: (_, response) => {
          if (lead === 'redirect') response.writeHead(307, { location: `http://${target}/v2/app/manifests/1` }).end();
          else refuse(response, 401, 'UNAUTHORIZED', { 'www-authenticate': `Bearer realm="http://${target}/token"` });
          return true;
        },
      });
      const scan = await testScan();
      await expect(
        scan({ kind: 'registry', reference: `${registry.host}/app:1` }, calls(registry.host)),
      ).rejects.toThrow();
      expect(registry.asked.length).toBeGreaterThan(0);
    }
    expect(reached).toBe(0);
    inside.close();
  });

  it('has the name that it was uploaded under, also in what is said of it', async () => {
    const scan = await testScan();
    const file = writeTemporary('spooled', dockerArchive(image));
    const [report] = await scan({ kind: 'file', path: file, name: 'app.tar' }, calls());
    expect(report?.image.reference).toBe('app.tar');
    const bad = writeTemporary('spooled', 'no archive');
    const failure = await scan({ kind: 'file', path: bad, name: 'app.tar' }, calls()).catch((error: unknown) =>
      String(error),
    );
    expect(failure).toContain('app.tar');
    expect(failure).not.toContain(bad);
  });

  const marked = (more: string): string =>
    writeTemporary(
      'image.tar',
      dockerArchive({ layers: [debianLayer(), layer([{ path: 'srv/a.txt', content: `a drydock-mark ${more}` }])] }),
    );
  const rules = 'rule marked { strings: $a = "drydock-mark" condition: $a }';

  it('is judged by rules that failed for the image before', async () => {
    const file = writeTemporary('own.yar', rules);
    const scan = await testScan({ rules: file });
    renameSync(file, `${file}.gone`);
    const [first] = await scan({ kind: 'file', path: marked('1'), name: '1.tar' }, calls());
    expect(first?.problems.map(({ code }) => code)).toContain('content.unjudged');
    renameSync(`${file}.gone`, file);

    const [second] = await scan({ kind: 'file', path: marked('2'), name: '2.tar' }, calls());

    expect(second?.problems.map(({ code }) => code)).not.toContain('content.unjudged');
    expect(second?.findings.map(({ id }) => id)).toEqual(['marked']);
  });

  it('is judged as deep as the service was told to', async () => {
    const owned = [
      { path: 'var/lib/dpkg/info/app.list', content: '/usr/share/app/a.txt\n' },
      { path: 'usr/share/app/a.txt', content: 'a drydock-mark' },
    ];
    const layers = [debianLayer({ packages: [{ name: 'app', version: '1' }], more: owned })];
    const path = writeTemporary('image.tar', dockerArchive({ layers }));
    const flags = { rules: writeTemporary('own.yar', rules) };
    const told = async (more: Record<string, string>) => {
      const [report] = await (await testScan({ ...flags, ...more }))({ kind: 'file', path, name: 'a.tar' }, calls());
      return [report?.depth, report?.findings.map(({ id }) => id)];
    };
    expect(await told({})).toEqual(['default', []]);
    expect(await told({ deep: 'true' })).toEqual(['deep', ['marked']]);
  });
});
