import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/service-secret.ts';
import { type ApiService, give, startApiService } from '../support/api-service.ts';
import { readEvents } from '../support/event-stream.ts';
import { dockerArchive, layer } from '../support/image.ts';
import { hasPostgres, postgresAbsent, testDatabase } from '../support/postgres.ts';
import { debianLayer } from '../support/root-file-systems.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';
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

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const missing = ['docker-registry', 'skopeo'].filter((program) => !has(program));
/** `user:s3cret-pass`, as htpasswd writes it with bcrypt. */
const passwords = 'user:$2b$05$abcdefghijklmnopqrstuuV7fpPozvyqJfnY19y0802WTlXUm6Rjy\n';
const image = { layers: [debianLayer(), layer([{ path: 'srv/app', content: 'own' }])], platform: 'linux/amd64' };

async function startRegistry(notify: string, withPasswords: boolean): Promise<{ host: string; child: ChildProcess }> {
  const folder = temporaryFolder();
  const host = `127.0.0.1:${await freePort()}`;
  mkdirSync(path.join(folder, 'storage'));
  writeFileSync(path.join(folder, 'passwords'), passwords);
  const configuration = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: path.join(folder, 'storage') } },
    http: { addr: host, secret: 'x' },
    notifications: {
      endpoints: [
        { name: 'drydock', url: `${notify}/api/webhooks/registry`, timeout: '2s', threshold: 3, backoff: '1s' },
      ],
    },
    ...(withPasswords && { auth: { htpasswd: { realm: 'here', path: path.join(folder, 'passwords') } } }),
  };
  writeFileSync(path.join(folder, 'config.yml'), JSON.stringify(configuration));
  const child = spawn('docker-registry', ['serve', path.join(folder, 'config.yml')], { stdio: 'ignore' });
  for (let tries = 0; tries < 100; tries++) {
    if ((await fetch(`http://${host}/v2/`).catch(() => undefined)) !== undefined) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { host, child };
}

function push(target: string, ...more: string[]): void {
  const archive = writeTemporary('image.tar', dockerArchive(image));
  const args = [
    '--insecure-policy',
    'copy',
    '--dest-tls-verify=false',
    '-q',
    ...more,
    `docker-archive:${archive}`,
    `docker://${target}`,
  ];
  execFileSync('skopeo', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

describe.skipIf(missing.length > 0)(
  `a real registry (missing: ${missing.join() || 'nothing'})`,
  { timeout: 60_000 },
  () => {
    let service: ApiService;
    let registry: { host: string; child: ChildProcess };
    let closed: { host: string; child: ChildProcess };
    beforeAll(async () => {
      service = await startApiService({ offline: false });
      [registry, closed] = await Promise.all([startRegistry(service.url, false), startRegistry(service.url, true)]);
      service.reload({ ...service.settings, registryHosts: [registry.host, closed.host] });
      await give(service.store, {
        tracker: [makeAdvisory('CVE-2024-0001', [{ package: 'openssl', ranges: [{ fixed: '3.0.99-1' }] }])],
      });
    });
    afterAll(async () => {
      for (const { child } of [registry, closed]) child.kill('SIGKILL');
      await service.stop();
    });

    it('has its images scanned as soon as they are pushed, by its own notifications', async () => {
      push(`${registry.host}/team/app:1`);
      const listed = async () => (await service.call('GET', `/api/images?q=${registry.host}/team/app`)).json.images;
      await expect.poll(async () => (await listed()).length, { timeout: 20_000 }).toBe(1);
      const [{ id, reference }] = await listed();
      expect(reference).toContain(`${registry.host}/team/app:1@sha256:`);
      expect(await service.settled(id)).toMatchObject({ state: 'done' });
      const { json } = await service.call('GET', `/api/images/${id}/report`);
      expect(json.findings).toMatchObject([{ id: 'CVE-2024-0001' }]);
      expect(json.hosts).toEqual([registry.host]);
    });

    it('is asked for what somebody submits, and followed', async () => {
      push(`${registry.host}/team/other:2`);
      const { json } = await service.call('POST', '/api/images', { reference: `${registry.host}/team/other:2` });
      const events = await readEvents(`${service.url}/api/images/${json.id}/events`);
      expect(events.at(-1)).toMatchObject({ event: 'end', data: { state: 'done', distribution: 'debian:12' } });
    });

    it('opens for the credentials of Harbor, and for nobody else', async () => {
      push(`${closed.host}/team/secret:1`, '--dest-creds', 'user:s3cret-pass');
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
