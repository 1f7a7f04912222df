import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/service-secret.ts';
import { type ApiService, give, startApiService } from '../support/api-service.ts';
import { readEvents } from '../support/event-stream.ts';
import { layer, ociLayout } from '../support/image.ts';
import { hasPostgres, postgresAbsent, testDatabase } from '../support/postgres.ts';
import { type RealRegistry, startRealRegistry } from '../support/real-registry.ts';
import { alpineLayer, debianLayer } from '../support/root-file-systems.ts';
import { writeTemporary } from '../support/temporary.ts';
import { makeAdvisory } from '../support/view.ts';

/* The own API with the registry of the CNCF, which sends its notifications, and two processes' worth of services. */

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const missing = ['docker-registry', 'skopeo'].filter((program) => !has(program));
const image = { layers: [debianLayer(), layer([{ path: 'srv/app', content: 'own' }])], platform: 'linux/amd64' };

function push(target: string, archive: Buffer, ...more: string[]): void {
  const file = writeTemporary('image.tar', archive);
  const args = [
    '--insecure-policy',
    'copy',
    '--dest-tls-verify=false',
    '-q',
    ...more,
    `oci-archive:${file}`,
    `docker://${target}`,
  ];
  execFileSync('skopeo', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

describe.skipIf(missing.length > 0)(
  `a real registry (missing: ${missing.join() || 'nothing'})`,
  { timeout: 60_000 },
  () => {
    let service: ApiService;
    let registry: RealRegistry;
    let closed: RealRegistry;
    beforeAll(async () => {
      service = await startApiService({ offline: false });
      const notifies = `${service.url}/api/webhooks/registry`;
      [registry, closed] = await Promise.all([
        startRealRegistry({ notifies }),
        startRealRegistry({ notifies, withPasswords: true }),
      ]);
      service.reload({ ...service.settings, registryHosts: [registry.host, closed.host] });
      await give(service.store, {
        tracker: [makeAdvisory('CVE-2024-0001', [{ package: 'openssl', ranges: [{ fixed: '3.0.99-1' }] }])],
      });
    });
    afterAll(async () => {
      for (const each of [registry, closed]) each?.stop();
      await service.stop();
    });

    it('has its images scanned as soon as they are pushed, by its own notifications', async () => {
      push(`${registry.host}/team/app:1`, ociLayout(image));
      const listed = async () => (await service.call('GET', `/api/images?q=${registry.host}/team/app`)).json.images;
      await expect.poll(async () => (await listed()).length).toBe(1);
      const [{ id, reference }] = await listed();
      expect(reference).toContain(`${registry.host}/team/app:1@sha256:`);
      expect(await service.settled(id)).toMatchObject({ state: 'done' });
      const { json } = await service.call('GET', `/api/images/${id}/report`);
      expect(json.findings).toMatchObject([{ id: 'CVE-2024-0001' }]);
      expect(json.hosts).toEqual([registry.host]);
    });

    it('is asked for what somebody submits, and followed', async () => {
      push(`${registry.host}/team/other:2`, ociLayout(image));
      const { json } = await service.call('POST', '/api/images', { reference: `${registry.host}/team/other:2` });
      const events = await readEvents(`${service.url}/api/images/${json.id}/events`);
      expect(events.at(-1)).toMatchObject({ event: 'end', data: { state: 'done', distribution: 'debian:12' } });
    });

    it('is asked for all platforms of an image, which are all of them its last ones', async () => {
      const reference = `${registry.host}/team/several:1`;
      const more = [{ layers: [alpineLayer()], platform: 'linux/arm64' }];
      push(reference, ociLayout({ ...image, more, nestedIndex: true, annotations: {} }), '--all');
      // Twice: the second takes the place of all of the first.
      for (let time = 0; time < 2; time++) {
        const { json } = await service.call('POST', '/api/images', { reference, platform: 'all' });
        expect(await service.settled(json.id)).toMatchObject({ state: 'done' });
      }
      const query = new URLSearchParams({ reference, latest: 'true' });
      const last = (await service.call('GET', `/api/images?${query}`)).json.images as { platform: string }[];
      expect(last.map(({ platform }) => platform).sort()).toEqual(['linux/amd64', 'linux/arm64']);
    });

    it('opens for the credentials of Harbor, and for nobody else', async () => {
      push(`${closed.host}/team/secret:1`, ociLayout(image), '--dest-creds', 'user:s3cret-pass');
      const authorization = `Basic ${Buffer.from('user:s3cret-pass').toString('base64')}`;
      const manifest = await fetch(`http://${closed.host}/v2/team/secret/manifests/1`, {
        headers: {
          Authorization: authorization,
          Accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
        },
      });
      const digest = manifest.headers.get('docker-content-digest') ?? '';
      const scan = async (registryOf: object): Promise<string> => {
        const body = { registry: registryOf, artifact: { repository: 'team/secret', digest, tag: '1' } };
        const answer = await service.call('POST', '/harbor/api/v1/scan', body);
        return (JSON.parse(answer.body) as { id: string }).id;
      };
      const opened = await scan({ url: `http://${closed.host}`, authorization });
      expect(await service.settled(opened)).toMatchObject({ state: 'done', digest });
      const report = await service.call('GET', `/harbor/api/v1/scan/${opened}/report`);
      expect(JSON.parse(report.body)).toMatchObject({
        artifact: { digest },
        vulnerabilities: [{ id: 'CVE-2024-0001' }],
      });
      const refused = await scan({ url: `http://${closed.host}` });
      expect(await service.settled(refused)).toMatchObject({ state: 'failed' });
    });
  },
);

describe.skipIf(!hasPostgres)(hasPostgres ? 'two services on PostgreSQL' : postgresAbsent, () => {
  it('share the work: what one takes the other scans, and both can tell of it', async () => {
    const store = new Secret(await testDatabase());
    const gate = Promise.withResolvers<void>();
    const worker = await startApiService(
      { store, roles: new Set(['api', 'worker'] as const) },
      async (_, { onStep }) => {
        onStep({ step: 'reading layers', done: 1, total: 2, unit: 'layers' });
        await gate.promise;
        throw new Error('a bad moment');
      },
    );
    const front = await startApiService({ store, roles: new Set(['api'] as const) }, () =>
      Promise.reject(new Error('not here')),
    );
    const { json } = await front.call('POST', '/api/images', { reference: 'registry.example/app:1' });
    const url = `${front.url}/api/images/${json.id}/events`;
    const events = await readEvents(url, {}, (seen) => seen.some(({ event }) => event === 'progress'));
    expect(events.at(-1)!.data).toEqual({ step: 'reading layers', done: 1, total: 2, unit: 'layers' });
    gate.resolve();
    expect((await worker.call('GET', `/api/images/${json.id}`)).json).toMatchObject({ state: 'scanning' });
    await front.stop();
    await worker.stop();
  });
});
