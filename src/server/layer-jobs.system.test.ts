import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type ApiService, startApiService, testReading } from '../../test/support/api-service.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../test/support/fake-registry.ts';
import { layer } from '../../test/support/image.ts';
import { noise } from '../../test/support/noise.ts';
import { hasPostgres, testDatabase } from '../../test/support/postgres.ts';
import { debianFiles } from '../../test/support/root-file-systems.ts';
import { Secret } from '../config/service-secret.ts';
import type { ServiceSettings } from '../config/service-settings.ts';

const workerChild = fileURLToPath(new URL('../../test/support/worker-child.ts', import.meta.url));
const platform = 'linux/amd64';
/** Layers that are worth a job. */
const base = layer([...debianFiles(), { path: 'usr/lib/large', content: noise(1_500_000) }]);
const own = (n: number): Buffer => layer([{ path: `srv/app${n}`, content: noise(1_500_000, n) }]);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function startRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const registry = await FakeRegistry.start(options);
  closing.push(() => registry.close());
  for (const n of [1, 2]) registry.push({ layers: [base, own(n)], platform }, String(n));
  return registry;
}

async function start(
  settings: Partial<ServiceSettings>,
  reading?: Parameters<typeof startApiService>[1],
): Promise<ApiService> {
  // Contents are looked into with each image: what this is about is what layers tell of themselves.
  const packages = reading ?? (await testReading({ 'skip-checks': 'malware,persistence,secrets,webshells' }));
  const service = await startApiService(settings, packages);
  closing.push(() => service.stop());
  return service;
}

async function submit(service: ApiService, reference: string): Promise<string> {
  const { status, json } = await service.call('POST', '/api/images', { reference });
  expect(status).toBe(202);
  return json.id;
}

/** How often each large blob was asked for, the most first. */
function fetches({ paths, blobs }: FakeRegistry): number[] {
  const large = [...blobs].filter(([, bytes]) => bytes.length > 1_000_000).map(([digest]) => digest);
  return large.map((digest) => paths.filter((path) => path.endsWith(digest)).length).toSorted((a, b) => b - a);
}

describe.skipIf(!hasPostgres)('two processes on one database', () => {
  it('read a layer that two images share once', async () => {
    const registry = await startRegistry({
      // Long enough for the other one to come to it.
      fault: (request, response) => {
        if (!request.url?.includes('/blobs/')) return false;
        const blob = registry.blobs.get(request.url.slice(request.url.lastIndexOf('/') + 1))!;
        setTimeout(() => response.writeHead(200, { 'content-length': blob.length }).end(blob), 300);
        return true;
      },
    });
    const settings = { store: new Secret(await testDatabase()), registryHosts: [registry.host] };
    const services = [await start(settings), await start(settings)] as const;
    const images = await Promise.all(
      services.map(async (service, n) => await submit(service, `${registry.host}/app:${n + 1}`)),
    );
    for (const [n, service] of services.entries()) {
      expect(await service.settled(images[n]!)).toMatchObject({ state: 'done', distribution: 'debian:12' });
    }
    expect(fetches(registry)).toEqual([1, 1, 1]);
    // Registries count the manifests that are asked for.
    expect(registry.paths.filter((path) => path.includes('/manifests/'))).toHaveLength(2);
    const { json } = await services[0].call('GET', '/api/jobs');
    expect(json).toMatchObject({ layers: { queued: 0, active: 0, dead: 0 }, dead: [] });

    // What one of them learned, the other need not ask for: not even with an empty folder of its own.
    registry.push({ layers: [base], platform }, '3');
    const again = await submit(services[1], `${registry.host}/app:3`);
    expect(await services[1].settled(again)).toMatchObject({ state: 'done', distribution: 'debian:12' });
    expect(fetches(registry)).toEqual([1, 1, 1]);
  });

  it('end what the other one was killed in the middle of', async () => {
    const hanging: { on: boolean } = { on: true };
    const held = Promise.withResolvers<void>();
    const registry = await startRegistry({
      fault: (request) => {
        const blob = registry.blobs.get(request.url!.slice(request.url!.lastIndexOf('/') + 1));
        if (!hanging.on || (blob?.length ?? 0) < 1_000_000) return false;
        held.resolve();
        return true;
      },
    });
    const store = new Secret(await testDatabase());
    const registryHosts = [registry.host];
    // One that takes images and works on nothing.
    const api = await start({ store, registryHosts, roles: new Set(['api'] as const) });
    const child = startWorker(store.reveal(), registry.host);
    const image = await submit(api, `${registry.host}/app:1`);
    await held.promise;
    // The second layer may be a moment behind the first.
    await expect
      .poll(async () => (await api.call('GET', '/api/jobs')).json)
      .toMatchObject({ shared: { active: 1 }, layers: { active: 2 } });
    child.kill('SIGKILL');
    await once(child, 'exit');
    // That it ended so counts against no image.
    expect(await api.store.images.begin(image)).toBe(1);
    await api.store.images.pause(image);
    hanging.on = false;
    await start({ store, registryHosts, roles: new Set(['worker'] as const) });
    await expect.poll(async () => (await api.store.images.find(image))?.state, { timeout: 120_000 }).toBe('done');
    expect((await api.call('GET', '/api/jobs')).json).toMatchObject({ layers: { queued: 0, active: 0, dead: 0 } });
  });
});

function startWorker(store: string, registry: string): ChildProcess {
  const child = spawn(process.execPath, [workerChild, store, registry], { stdio: 'inherit' });
  closing.push(() => child.kill('SIGKILL'));
  return child;
}

describe('a layer that is given up', () => {
  it('is told of, read with its image, and tried again on request', async () => {
    const registry = await startRegistry();
    const reading = await testReading();
    const fault: { broken: boolean } = { broken: true };
    const service = await start(
      { registryHosts: [registry.host] },
      {
        scan: reading.scan,
        readLayer: async (one, calls) => {
          if (fault.broken) throw new Error('the layer ends every thread that reads it');
          await reading.readLayer(one, calls);
        },
      },
    );
    const image = await submit(service, `${registry.host}/app:1`);
    expect(await service.settled(image)).toMatchObject({ state: 'done', distribution: 'debian:12' });
    const { json } = await service.call('GET', '/api/jobs');
    expect(json).toMatchObject({ layers: { dead: 2 }, shared: { dead: 0 } });
    expect(json.dead).toHaveLength(2);
    expect(json.dead[0]).toMatchObject({
      kind: 'read-layer',
      image,
      reference: expect.stringMatching(/\/app@sha256:[0-9a-f]{64}$/),
      layer: expect.stringMatching(/^sha256:/),
      failure: 'the layer ends every thread that reads it',
      attempts: 3,
    });
    expect((await service.call('GET', '/v1/metrics')).body).toMatch(
      /^drydock_layer_jobs\{queue="shared",state="dead"\} 2$/m,
    );
    fault.broken = false;
    for (const { id } of json.dead) expect((await service.call('POST', `/api/jobs/${id}/revive`)).status).toBe(204);
    await expect
      .poll(async () => (await service.call('GET', '/api/jobs')).json.layers)
      .toEqual({ queued: 0, active: 0, dead: 0 });
  });
});
