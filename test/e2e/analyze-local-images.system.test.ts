import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { dockerArchive, layer } from '../support/image.ts';
import { type RealEngine, startDocker, startPodman, whyNoEngine } from '../support/real-engines.ts';
import { debianLayer } from '../support/root-file-systems.ts';
import { runDrydock } from '../support/run.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';
import { startV1Service, type V1Service } from '../support/v1-service.ts';

const folder = temporaryFolder();
let store: Store;
let service: V1Service;

beforeAll(async () => {
  store = await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') });
  service = await startV1Service({ store, roots: [folder], hosts: [] });
  await store.vulnerabilities.write({
    namespace: 'debian:12',
    name: 'CVE-2099-0001',
    description: 'A flaw.',
    link: 'https://example.test/1',
    severity: 'High',
    metadata: '',
    fixes: [{ package: 'openssl', version: '99' }],
  });
});
afterAll(async () => {
  await service.close();
  await store.close();
});

const engines = [
  { name: 'Docker', program: 'dockerd', start: () => startDocker() },
  { name: "Docker with containerd's store", program: 'dockerd', start: () => startDocker('containerd') },
  { name: 'Podman', program: 'podman', start: startPodman },
] as const;

describe.each(engines)('analyze-local-images and a real engine: $name', ({ program, start }) => {
  const why = whyNoEngine(program);
  let engine: RealEngine | undefined;

  beforeAll(async () => {
    if (why === undefined) engine = await start();
  });
  afterAll(async () => {
    await engine?.stop();
  });

  it('tells what a server finds in an image', async (context) => {
    if (engine === undefined) return context.skip(why);
    const more = layer([{ path: 'srv/note', content: 'of no interest' }]);
    const image = { layers: [debianLayer(), more, more], repoTags: ['docker.io/example/debian:12'] };
    engine.load(
      writeTemporary('image.tar', dockerArchive({ ...image, layout: 'blobs', compression: ['gzip', 'none', 'none'] })),
    );
    const environment = { ...engine.environment, TMPDIR: folder };
    const endpoint = `http://${service.host}`;
    const analyze = (name: string) =>
      runDrydock(['analyze-local-images', '-endpoint', endpoint, name], { environment });

    const { status, stdout, stderr } = await analyze('docker.io/example/debian:12');
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('A total of 1 vulnerabilities have been detected in your image'),
    ]);
    expect(stdout).toMatch(
      /^Clair report for image docker\.io\/example\/debian:12 \(.*\)\nCVE-2099-0001 \(High\)\n\tA flaw\.\n\n\tPackage: {7}openssl @ 3\.0\.11-1~deb12u1\n\tFixed version: 99\n\tLink: {10}https:\/\/example\.test\/1\n\tLayer: {9}[0-9a-f]{64}\n\n$/,
    );
    expect(stderr).toContain('Analyzing 3 layers... \n');
    expect(readdirSync(folder)).toEqual([]);

    const other = await analyze('example/other:1');
    expect([other.status, other.stdout]).toEqual([1, '']);
    expect(other.stderr).toMatch(/Could not save image: Error response from daemon: .+\n$/);
  });
});
