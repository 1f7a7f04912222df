import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, give, startApiService } from '../../../test/support/api-service.ts';
import { readEvents } from '../../../test/support/event-stream.ts';
import { FakeRegistry } from '../../../test/support/fake-registry.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { hasPostgres, postgresAbsent, testDatabase } from '../../../test/support/postgres.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { ask, randomSecret } from '../../../test/support/service.ts';
import { makeAdvisory } from '../../../test/support/view.ts';
import { Secret } from '../../config/service-secret.ts';
import type { ServiceSettings } from '../../config/service-settings.ts';
import { SourceError } from '../../errors.ts';
import type { ScanImage } from '../scan-source.ts';

const image = { layers: [debianLayer(), layer([{ path: 'srv/app', content: 'own' }])], platform: 'linux/amd64' };
const records = {
  'debian-tracker': [makeAdvisory('CVE-2024-0001', [{ package: 'openssl', ranges: [{ fixed: '3.0.99-1' }] }])],
};

/** A scan that goes on until the test says so. */
function heldScan() {
  let ended = Promise.withResolvers<void>();
  const steps: ((step: string, done?: number) => void)[] = [];
  const scan: ScanImage = async (_, { onStep, signal }) => {
    steps.push((step, done) => onStep({ step, ...(done !== undefined && { done, total: 10, unit: 'layers' }) }));
    const stopped = new Promise<void>((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason)),
    );
    await Promise.race([ended.promise, stopped]);
    throw new SourceError('source.not-found', 'There is no such image.');
  };
  return {
    scan,
    steps,
    end: () => ended.resolve(),
    again: () => {
      ended = Promise.withResolvers<void>();
    },
  };
}

describe.each([
  ['SQLite', async (): Promise<Partial<ServiceSettings>> => ({}), false],
  ['PostgreSQL', async () => ({ store: new Secret(await testDatabase()) }), !hasPostgres],
] as const)('images on %s', (_, settingsOf, isAbsent) => {
  describe.skipIf(isAbsent)(isAbsent ? postgresAbsent : 'with a registry', () => {
    let registry: FakeRegistry;
    let service: ApiService;
    beforeAll(async () => {
      registry = await FakeRegistry.start();
      registry.push(image, '1');
      service = await startApiService({ ...(await settingsOf()), registryHosts: [registry.host], offline: false });
      await give(service.store, records);
    });
    afterAll(async () => {
      await service.stop();
      registry.close();
    });

    it('are scanned, reported, found by what they have, and removed', async () => {
      // Left by a try that failed.
      for (const { id } of (await service.call('GET', '/api/images')).json.images)
        await service.call('DELETE', `/api/images/${id}`);
      const submitted = await service.call('POST', '/api/images', { reference: `${registry.host}/app:1` });
      expect(submitted).toMatchObject({ status: 202, json: { state: 'queued', reference: `${registry.host}/app:1` } });
      const { id } = submitted.json;
      expect(submitted.headers['location']).toBe(`/api/images/${id}`);
      const done = await service.settled(id);
      expect(done).toMatchObject({ state: 'done', distribution: 'debian:12', platform: 'linux/amd64' });
      const { json: report } = await service.call('GET', `/api/images/${id}/report`);
      expect(report.findings).toMatchObject([{ id: 'CVE-2024-0001', package: { name: 'libssl3' } }]);
      expect(report.hosts).toEqual([registry.host]);
      const same = await service.call('GET', `/api/images/${id}/diff?since=${id}`);
      expect(same).toMatchObject({ status: 200, json: { sameImage: true, findings: [], packages: [], unchanged: 1 } });
      expect((await service.call('GET', `/api/images/${id}/diff?since=none`)).status).toBe(404);
      const { json: affected } = await service.call('GET', '/api/vulnerabilities/CVE-2024-0001/images');
      expect(affected).toMatchObject({ count: 1, images: [{ image: { id }, packages: [{ name: 'libssl3' }] }] });
      const [base] = done['layers'] as string[];
      const { sums, ...plain } = done;
      expect(sums).toMatchObject({ complete: true, latest: true, exploited: 0 });
      expect((await service.call('GET', `/api/layers/${base}/images`)).json.images).toEqual([plain]);
      expect((await service.call('GET', '/api/vulnerabilities/CVE-2024-0001')).json).toMatchObject({
        severity: 'unknown',
        namespaces: [{ namespace: 'debian:12', origin: 'feed', fixes: [{ package: 'openssl', version: '3.0.99-1' }] }],
        records: [{ feed: 'debian-tracker', affected: [{ package: 'openssl' }] }],
      });
      expect((await service.call('DELETE', `/api/images/${id}`)).status).toBe(204);
      for (const method of ['GET', 'DELETE'])
        expect((await service.call(method, `/api/images/${id}`)).status).toBe(404);
    });

    it('are compared: what an upgrade of a package fixed is told with its cause', async () => {
      const status = (version: string): string =>
        `Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n\n`;
      const made: string[] = [];
      for (const version of ['3.0.1-1', '3.0.99-1']) {
        const files = [
          { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
          { path: 'var/lib/dpkg/status', content: status(version) },
        ];
        const answer = await fetch(`${service.url}/api/images/upload?name=diff-${version}.tar`, {
          method: 'POST',
          body: dockerArchive({ layers: [layer(files)] }),
          headers: { 'Content-Type': 'application/octet-stream' },
        });
        const { id } = (await answer.json()) as { id: string };
        expect(await service.settled(id)).toMatchObject({ state: 'done' });
        made.push(id);
      }
      const { json } = await service.call('GET', `/api/images/${made[1]}/diff?since=${made[0]}`);

      expect(json).toMatchObject({
        sameImage: false,
        packages: [{ name: 'openssl', before: ['3.0.1-1'], after: ['3.0.99-1'] }],
        findings: [{ change: 'gone', cause: 'image', before: { id: 'CVE-2024-0001' } }],
        unchanged: 0,
      });
    });

    it('can be uploaded, and leave no file behind', async () => {
      const url = `${service.url}/api/images/upload?name=app.tar`;
      const headers = { 'Content-Type': 'application/octet-stream' };
      const answer = await fetch(url, { method: 'POST', body: dockerArchive(image), headers });
      expect(answer.status).toBe(202);
      const { id } = (await answer.json()) as { id: string };
      expect(await service.settled(id)).toMatchObject({ state: 'done', reference: 'upload:app.tar' });
      const bad = await fetch(url, { method: 'POST', body: 'no archive at all', headers });
      const { id: other } = (await bad.json()) as { id: string };
      const failed = await service.settled(other);
      expect(failed).toMatchObject({ state: 'failed', failure: expect.stringContaining('app.tar') });
      expect(failed['failure']).not.toContain(service.settings.stateFolder);
      const folder = path.join(service.settings.stateFolder, 'uploads');
      await expect.poll(() => readdirSync(folder)).toEqual([]);
    });

    it('are one for each idempotency key, and for each client', async () => {
      const submit = (key: string, more = {}) =>
        service.call(
          'POST',
          '/api/images',
          { reference: `${registry.host}/app:1`, ...more },
          { 'Idempotency-Key': key },
        );
      const first = await submit('one');
      const again = await Promise.all([submit('one'), submit('one')]);
      expect(again.map(({ status, json }) => [status, json.id])).toEqual([
        [202, first.json.id],
        [202, first.json.id],
      ]);
      expect((await submit('two')).json.id).not.toBe(first.json.id);
      const other = await submit('one', { reference: `${registry.host}/other:1` });
      expect([other.status, other.json.code]).toEqual([422, 'service.key-reused']);
      await service.settled(first.json.id);
      expect((await submit('one')).json).toMatchObject({ id: first.json.id, state: 'done' });
    });

    it('are listed by pages that stay where they are', async () => {
      const ids: string[] = [];
      // Of this try alone.
      const list = `list-${Date.now()}`;
      for (let n = 0; n < 5; n++) ids.unshift((await service.store.images.submit(`${list}/${n}:1`, new Date())).id);
      const shown = async (query: string) => (await service.call('GET', `/api/images?q=${list}/&${query}`)).json;
      const first = await shown('limit=2');
      await service.store.images.submit(`${list}/new:1`, new Date());
      await service.store.images.remove(ids[2]!);
      const second = await shown(`limit=2&cursor=${first.next}`);
      const all = [...first.images, ...second.images].map((one: { id: string }) => one.id);
      expect([all, second.next]).toEqual([[ids[0], ids[1], ids[3], ids[4]], undefined]);
      expect((await shown('state=done')).images).toEqual([]);
      for (const one of [...ids, (await service.call('GET', `/api/images?q=${list}/new`)).json.images[0].id])
        await service.store.images.remove(one);
    });

    it('that are not there fail, and say why', async () => {
      const tag = `none-${Date.now()}`;
      const reference = `${registry.host}/app:${tag}`;
      const { json } = await service.call('POST', '/api/images', { reference });
      expect(await service.settled(json.id)).toMatchObject({
        state: 'failed',
        failure: expect.stringContaining(tag),
      });
      const jobs = async () => (await service.call('GET', '/api/jobs')).json;
      await expect.poll(async () => (await jobs()).dead[0]?.image).toBe(json.id);
      const { dead, shared } = await jobs();
      expect(shared.dead).toBeGreaterThan(0);
      expect(dead[0]).toMatchObject({ image: json.id, reference, attempts: 1 });
      registry.push(image, tag);
      expect((await service.call('POST', `/api/jobs/${dead[0].id}/revive`)).status).toBe(204);
      await expect.poll(async () => (await service.call('GET', `/api/images/${json.id}`)).json.state).toBe('done');
      expect((await service.call('POST', `/api/jobs/${dead[0].id}/revive`)).status).toBe(404);
    });

    it.each([
      ['a file', 'docker-archive:/etc/passwd', 400],
      ['a folder', 'dir:/etc', 400],
      ['an engine', 'docker:debian', 400],
      ['standard input', '-', 400],
      ['a path', '/etc/passwd', 400],
      ['nothing', '', 400],
      ['an address', 'http://169.254.169.254/latest', 400],
      ['a cloud', '169.254.169.254/latest/meta:data', 403],
      ['this machine', '127.0.0.1:1/app:1', 403],
      ['this machine by name', 'localhost:1/app:1', 403],
      ['this machine by version 6', '[::1]:1/app:1', 403],
      ['a private network', '10.0.0.1/app:1', 403],
      ['a mapped address', '[::ffff:127.0.0.1]:1/app:1', 400],
      ['a mapped address in another form', '[::ffff:7f00:1]:1/app:1', 403],
    ])('are none that name %s', async (_, reference, status) => {
      const before = registry.asked.length;
      const answer = await service.call('POST', '/api/images', { reference });
      expect([reference, answer.status]).toEqual([reference, status]);
      expect(registry.asked.length).toBe(before);
    });
  });

  describe.skipIf(isAbsent)(isAbsent ? postgresAbsent : 'whose scans go on', () => {
    const held = heldScan();
    const open: ApiService[] = [];
    afterEach(async () => {
      held.end();
      for (const one of open.splice(0)) await one.stop();
      held.again();
      held.steps.length = 0;
    });
    const start = async (more: Partial<ServiceSettings> = {}) => {
      const service = await startApiService({ ...(await settingsOf()), drainTime: 500, ...more }, held.scan);
      open.push(service);
      return service;
    };

    it('are followed in order: state, progress, end', async () => {
      const service = await start();
      const { json } = await service.call('POST', '/api/images', { reference: 'registry.example/app:1' });
      const following = readEvents(`${service.url}/api/images/${json.id}/events`);
      await expect.poll(() => held.steps.length).toBe(1);
      held.steps[0]!('reading layers', 1);
      await new Promise((resolve) => setTimeout(resolve, 1200));
      held.steps[0]!('reading layers', 5);
      await new Promise((resolve) => setTimeout(resolve, 2200));
      held.end();
      const events = await following;
      const shown = events.map(({ event, data }) =>
        event === 'progress' ? `${data.step} ${data.done}` : `${event} ${data.state}`,
      );
      const withoutQueued = shown.filter((text) => text !== 'state queued');
      expect(withoutQueued).toEqual(['state scanning', 'reading layers 1', 'reading layers 5', 'end failed']);
      expect(events.at(-1)!.data).toMatchObject({ id: json.id, failure: 'There is no such image.' });
      // Who knows all that is told that it is over, and no more.
      const late = await readEvents(`${service.url}/api/images/${json.id}/events`, {
        'Last-Event-ID': events.at(-1)!.id,
      });
      expect(late.map(({ event }) => event)).toEqual(['end']);
    });

    it('are not told again to whoever comes back', async () => {
      const service = await start();
      const { json } = await service.call('POST', '/api/images', { reference: 'registry.example/app:1' });
      await expect.poll(() => held.steps.length).toBe(1);
      held.steps[0]!('reading layers', 1);
      const url = `${service.url}/api/images/${json.id}/events`;
      const first = await readEvents(url, {}, (events) => events.some(({ event }) => event === 'progress'));
      const rest = readEvents(url, { 'Last-Event-ID': first.at(-1)!.id });
      await new Promise((resolve) => setTimeout(resolve, 1200));
      held.end();
      expect((await rest).map(({ event }) => event)).toEqual(['end']);
    });

    it('end where their image is removed, and for nobody who is gone', async () => {
      const service = await start();
      const { json } = await service.call('POST', '/api/images', { reference: 'registry.example/app:1' });
      const following = readEvents(`${service.url}/api/images/${json.id}/events`);
      await expect.poll(() => held.steps.length).toBe(1);
      await service.call('DELETE', `/api/images/${json.id}`);
      expect((await following).map(({ event }) => event)).not.toContain('end');
      expect((await service.call('GET', `/api/images/${json.id}/events`)).status).toBe(404);
    });

    it('are turned away when too many wait', async () => {
      const service = await start({ scans: 1, scanQueue: 1 });
      const submit = () => service.call('POST', '/api/images', { reference: 'registry.example/app:1' });
      await submit();
      await expect.poll(() => held.steps.length).toBe(1);
      expect((await submit()).status).toBe(202);
      const busy = await submit();
      expect(busy).toMatchObject({ status: 429, json: { code: 'service.busy' }, headers: { 'retry-after': '10' } });
      expect((await service.call('GET', '/api/images')).json.images).toHaveLength(2);
    });

    it('of another platform are others, also while the first one is scanned', async () => {
      const service = await start();
      const submit = (platform: string) =>
        service.call(
          'POST',
          '/api/images',
          { reference: 'registry.example/app:1', platform },
          { 'Idempotency-Key': 'one' },
        );
      const { json } = await submit('linux/arm64');
      await expect.poll(() => held.steps.length).toBe(1);
      expect((await submit('linux/arm64')).json.id).toBe(json.id);
      expect(await submit('linux/amd64')).toMatchObject({ status: 422, json: { code: 'service.key-reused' } });
    });

    it('stop with the service, and are scanned by the next one', async () => {
      const settings = await settingsOf();
      const first = await startApiService({ ...settings, drainTime: 300 }, held.scan);
      const { json } = await first.call('POST', '/api/images', {
        reference: 'registry.example/app:1',
        platform: 'linux/arm64',
      });
      await expect.poll(() => held.steps.length).toBe(1);
      const following = readEvents(`${first.url}/api/images/${json.id}/events`);
      await new Promise((resolve) => setTimeout(resolve, 200));
      await first.stop();
      expect((await following).map(({ event }) => event)).not.toContain('end');
      const platforms: unknown[] = [];
      const store = settings.store ?? first.settings.store;
      const second = await startApiService(
        { ...settings, store, stateFolder: first.settings.stateFolder },
        async (source) => {
          platforms.push(source.platform);
          throw new SourceError('source.not-found', 'gone');
        },
      );
      open.push(second);
      await expect.poll(() => platforms).toEqual(['linux/arm64']);
    });
  });
});

describe('the own API', () => {
  const tokens = (['read', 'scan', 'observe', 'admin'] as const).map((scope) => ({ scope, text: randomSecret() }));
  let service: ApiService;
  beforeAll(async () => {
    service = await startApiService({
      tokens: tokens.map(({ scope, text }) => ({
        name: scope,
        scope,
        digest: createHash('sha256').update(text).digest(),
      })),
      uploadLimit: 1000,
    });
  });
  afterAll(async () => await service.stop());
  const as = (scope: string) => ({ Authorization: `Bearer ${tokens.find((token) => token.scope === scope)!.text}` });

  it.each([
    ['GET', '/api/images', 'read'],
    ['GET', '/api/images/x', 'read'],
    ['GET', '/api/images/x/events', 'read'],
    ['GET', '/api/images/x/report', 'read'],
    ['GET', '/api/images/x/diff?since=y', 'read'],
    ['GET', '/api/images/x/packages', 'read'],
    ['GET', '/api/images/x/findings', 'read'],
    ['GET', '/api/layers/x/images', 'read'],
    ['GET', '/api/vulnerabilities/x', 'read'],
    ['GET', '/api/vulnerabilities/x/images', 'read'],
    ['GET', '/api/feeds', 'read'],
    ['GET', '/api/notifications', 'read'],
    ['GET', '/api/notifications/x', 'read'],
    ['GET', '/api/jobs', 'read'],
    ['GET', '/api/version', 'read'],
    ['GET', '/api/openapi.json', 'read'],
    ['GET', '/harbor/api/v1/metadata', 'read'],
    ['GET', '/harbor/api/v1/scan/x/report', 'read'],
    ['POST', '/api/images', 'scan'],
    ['POST', '/api/images/upload', 'scan'],
    ['POST', '/api/match', 'scan'],
    ['POST', '/api/webhooks/registry', 'scan'],
    ['POST', '/api/webhooks/harbor', 'scan'],
    ['POST', '/harbor/api/v1/scan', 'scan'],
    ['DELETE', '/api/notifications/x', 'scan'],
    ['POST', '/api/observations', 'observe'],
    ['GET', '/api/observations', 'observe'],
    ['GET', '/api/observations/choices', 'observe'],
    ['GET', '/api/observations/x', 'observe'],
    ['GET', '/api/observations/x/events', 'observe'],
    ['DELETE', '/api/observations/x', 'observe'],
    ['DELETE', '/api/images/x', 'admin'],
    ['POST', '/api/feeds/update', 'admin'],
    ['POST', '/api/feeds/%75pdate', 'admin'],
    ['POST', '/api/jobs/x/revive', 'admin'],
  ])('lets %s %s be done with the scope %s', async (method, route, scope) => {
    const status = async (headers: Record<string, string>) =>
      (
        await ask(`${service.url}${route}`, {
          method,
          headers: { ...headers, ...(method === 'POST' && { 'Content-Type': 'application/json' }) },
          ...(method === 'POST' && { body: '{}' }),
        })
      ).status;
    expect(await status({})).toBe(401);
    for (const { scope: has } of tokens) {
      const order = ['read', 'scan', 'observe', 'admin'];
      const isEnough = order.indexOf(has) >= order.indexOf(scope);
      expect([has, (await status(as(has))) === 403]).toEqual([has, !isEnough]);
    }
  });

  it('says what went wrong as a problem', async () => {
    const cases: readonly (readonly [string, string, unknown, number, string])[] = [
      ['POST', '/api/images', '{', 400, 'usage.option'],
      ['POST', '/api/images', '[]', 400, 'usage.option'],
      ['POST', '/api/images', { reference: 5 }, 400, 'usage.option'],
      ['POST', '/api/images', { reference: 'a\0b' }, 400, 'usage.option'],
      ['POST', '/api/images', { reference: 'a', platform: 'linux' }, 400, 'usage.option'],
      ['POST', '/api/images', { reference: 'x'.repeat(2_000_000) }, 413, 'service.too-large'],
      ['GET', '/api/images?limit=0', undefined, 400, 'usage.option'],
      ['GET', '/api/images?limit=x', undefined, 400, 'usage.option'],
      ['GET', '/api/images?cursor=x', undefined, 400, 'usage.option'],
      ['GET', '/api/images?state=lost', undefined, 400, 'usage.option'],
      ['GET', '/api/images/%00', undefined, 400, 'usage.option'],
      ['GET', '/api/vulnerabilities/CVE-2024-9999', undefined, 404, 'service.not-found'],
      ['GET', '/api/nothing', undefined, 404, 'service.not-found'],
      ['GET', '/api', undefined, 404, 'service.not-found'],
      ['POST', '/api/match', { packages: [{ name: 'a' }] }, 400, 'usage.option'],
    ];
    for (const [method, route, body, status, code] of cases) {
      const answer = await service.call(method, route, body, as('admin'));
      expect([route, answer.status, answer.json?.code]).toEqual([route, status, code]);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.json).toMatchObject({ status, type: `urn:drydock:error:${code}`, detail: expect.any(String) });
    }
  });

  it('takes no body of a kind or size that it cannot use', async () => {
    const text = await service.call('POST', '/api/images', '{}', { ...as('scan'), 'Content-Type': 'text/html' });
    expect([text.status, text.json.code]).toEqual([415, 'service.content-type']);
    const json = await service.call('POST', '/api/images/upload', '{}', as('scan'));
    expect([json.status, json.json.code]).toEqual([415, 'service.content-type']);
    const none = await service.call('POST', '/api/images/upload', undefined, as('scan'));
    expect([none.status, none.json.code]).toEqual([400, 'usage.option']);
    const folder = path.join(service.settings.stateFolder, 'uploads');
    const tar = { ...as('scan'), 'Content-Type': 'application/x-tar' };
    for (const more of [{}, { 'Transfer-Encoding': 'chunked' }]) {
      const large = await service.call('POST', '/api/images/upload', 'x'.repeat(1001), { ...tar, ...more });
      expect([large.status, large.json.code]).toEqual([413, 'service.too-large']);
    }
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
  });

  it('tells who sends 20 GB that it is too much, announced or not, and then ends the connection', async () => {
    const { hostname, port, host } = new URL(service.url);
    const { Authorization } = as('scan');
    for (const [size, framing] of [
      [`Content-Length: ${20 * 1024 ** 3}`, ''],
      ['Transfer-Encoding: chunked', '10000\r\n'],
    ] as const) {
      const client = connect(Number(port), hostname).on('error', () => {});
      client.write(
        `POST /api/images/upload HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${Authorization}\r\nContent-Type: application/x-tar\r\n${size}\r\n\r\n`,
      );
      let answer = '';
      let sent = 0;
      const closed = new Promise((resolve) => client.once('close', resolve));
      const piece = Buffer.concat([Buffer.from(framing), Buffer.alloc(65_536), Buffer.from(framing && '\r\n')]);
      const send = (): void => {
        while (!client.destroyed && client.writable && !answer.includes('}')) {
          sent += piece.length;
          if (!client.write(piece)) return void client.once('drain', send);
        }
      };
      client.setEncoding('utf8').on('data', (text: string) => {
        answer += text;
      });
      send();
      await expect.poll(() => answer).toContain('}');
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
      expect(answer).toContain('An upload can have 1000 bytes');
      expect(sent).toBeLessThan(1e9);
      await closed;
    }
    const folder = path.join(service.settings.stateFolder, 'uploads');
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
  });

  it('takes uploads of others while one client has as many as it can that do not come', async () => {
    const { hostname, port, host } = new URL(service.url);
    const { Authorization } = as('scan');
    const head = `POST /api/images/upload HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${Authorization}\r\nContent-Type: application/x-tar\r\nContent-Length: 900\r\n\r\n`;
    const stuck = [...Array(64).keys()].map(() => connect(Number(port), hostname).on('error', () => {}));
    const folder = path.join(service.settings.stateFolder, 'uploads');
    const tar = { ...as('admin'), 'Content-Type': 'application/x-tar' };
    try {
      for (const client of stuck) client.write(head);
      await expect.poll(() => existsSync(folder) && readdirSync(folder).length).toBeGreaterThan(9);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect((await service.call('POST', '/api/images/upload', 'x', tar)).status).toBe(202);
    } finally {
      for (const client of stuck) client.destroy();
    }
    await expect.poll(() => readdirSync(folder)).toEqual([]);
    expect((await service.call('POST', '/api/images/upload', 'x', { ...tar, ...as('scan') })).status).toBe(202);
  });

  it('does not take a client that goes away for a fault', async () => {
    const { hostname, port, host } = new URL(service.url);
    const { Authorization } = as('scan');
    const client = connect(Number(port), hostname);
    client.write(
      `POST /api/images/upload HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${Authorization}\r\nContent-Type: application/x-tar\r\nContent-Length: 900\r\n\r\nhalf`,
    );
    const folder = path.join(service.settings.stateFolder, 'uploads');
    try {
      await expect.poll(() => existsSync(folder) && readdirSync(folder).length).toBe(1);
    } finally {
      client.resetAndDestroy();
    }
    await expect.poll(() => service.lines.some((line) => line.includes('"status":"aborted"'))).toBe(true);
    await expect.poll(() => readdirSync(folder)).toEqual([]);
    expect(service.lines.filter((line) => line.includes('a request failed'))).toEqual([]);
  });

  it('answers any bytes, and never by a fault', async () => {
    const routes = [
      '/api/images',
      '/api/match',
      '/api/webhooks/registry',
      '/api/webhooks/harbor',
      '/harbor/api/v1/scan',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes),
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.constantFrom('['.repeat(100_000), '{"__proto__":{"reference":"a"}}', '{"constructor":{"prototype":{}}}'),
        ),
        async (route, body) => {
          const { status } = await ask(`${service.url}${route}`, {
            method: 'POST',
            body,
            headers: { ...as('scan'), 'Content-Type': 'application/json' },
          });
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 150 },
    );
    expect(service.lines.filter((line) => line.includes('a request failed'))).toEqual([]);
  });

  it('says its version, and its form', async () => {
    expect((await service.call('GET', '/api/version', undefined, as('read'))).json).toEqual({
      name: 'drydock',
      version: '1.2.3',
    });
    expect((await service.call('GET', '/api/openapi.json', undefined, as('read'))).json).toMatchObject({
      openapi: '3.1.0',
    });
  });
});
