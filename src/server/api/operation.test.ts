import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, give, startApiService } from '../../../test/support/api-service.ts';
import { readEvents } from '../../../test/support/event-stream.ts';
import { FakeRegistry } from '../../../test/support/fake-registry.ts';
import { layer } from '../../../test/support/image.ts';
import { allOperations, checkedAnswers } from '../../../test/support/openapi-check.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { makeAdvisory } from '../../../test/support/view.ts';
import { isUpdateRequested, writeUpdaterState } from '../updater-state.ts';

const image = { layers: [debianLayer(), layer([{ path: 'srv/app', content: 'own' }])], platform: 'linux/amd64' };
const digest = `sha256:${'6d2c1f3a'.repeat(8)}`;
const own = { namespace: 'debian:12', description: 'of it', link: '', metadata: '', severity: 'High' } as const;

describe('operation', () => {
  let registry: FakeRegistry;
  let service: ApiService;
  let feedsBefore: unknown;
  beforeAll(async () => {
    registry = await FakeRegistry.start();
    registry.push(image, '1');
    service = await startApiService({ registryHosts: [registry.host], offline: false });
    feedsBefore = (await service.call('GET', '/api/feeds')).json;
  });
  afterAll(async () => {
    await service.stop();
    registry.close();
  });

  it('shows the feeds, how old they are, and that somebody asked for an update', async () => {
    expect(feedsBefore).toEqual({
      generation: 0,
      updater: 'off',
      feeds: [],
      unjudged: [],
    });
    const hour = new Date(Date.now() - 3_600_000).toISOString();
    const notes = { count: 2, first: ['a record was left out'] };
    await writeUpdaterState(service.store.values, {
      started: hour,
      seconds: 1.5,
      complete: false,
      problems: ['a problem'],
      feeds: [
        { name: 'debian-tracker', status: 'changed', updatedAt: hour, records: 7, notes },
        { name: 'other', status: 'failed', records: 0, notes: { count: 0, first: [] }, failure: 'it is away' },
      ],
    });
    const generation = await service.store.advisories.generation();
    await give(service.store, {
      tracker: [makeAdvisory('CVE-2024-0001', [{ package: 'openssl', ranges: [{ fixed: '3.0.99-1' }] }])],
    });
    const { json } = await service.call('GET', '/api/feeds');
    expect(json).toMatchObject({
      generation: generation + 1,
      last: { started: hour, seconds: 1.5, complete: false, problems: ['a problem'] },
      feeds: [
        { name: 'debian-tracker', records: 7, ageSeconds: expect.any(Number), notes },
        { name: 'other', status: 'failed', failure: 'it is away' },
      ],
    });
    expect(json.oldest).toBeUndefined();
    expect(Math.abs(json.feeds[0].ageSeconds - 3600)).toBeLessThan(10);
    expect(await service.call('POST', '/api/feeds/update')).toMatchObject({ status: 202 });
    expect(await isUpdateRequested(service.store.values)).toBe(true);
  });

  it('shows notifications, with whom they matter to, until they are read', async () => {
    // Left by a try that failed.
    for (const { id } of (await service.call('GET', '/api/images')).json.images)
      await service.call('DELETE', `/api/images/${id}`);
    for (const name of ['V1', 'V2', 'V3']) await service.store.vulnerabilities.remove(own.namespace, name);
    for (const { name } of (await service.call('GET', '/api/notifications')).json.notifications)
      await service.call('DELETE', `/api/notifications/${name}`);
    const { json: submitted } = await service.call('POST', '/api/images', { reference: `${registry.host}/app:1` });
    await service.settled(submitted.id);
    for (const name of ['V1', 'V2', 'V3']) {
      await service.store.vulnerabilities.write({
        ...own,
        name,
        fixes: [{ package: name === 'V2' ? 'bash' : 'none' }],
      });
    }
    const first = (await service.call('GET', '/api/notifications?limit=2')).json;
    const second = (await service.call('GET', `/api/notifications?limit=2&cursor=${first.next}`)).json;
    const names = (page: { notifications: { new: { id: string } }[] }) => page.notifications.map((one) => one.new.id);
    expect([names(first), names(second), second.next]).toEqual([['V3', 'V2'], ['V1'], undefined]);
    const { name } = first.notifications[1];
    await service.store.notifications.recordDelivery(name, { target: 'webhook', failures: 0, delivered: new Date() }, [
      'webhook',
    ]);
    const details = (await service.call('GET', `/api/notifications/${name}`)).json;
    expect(details).toMatchObject({
      new: { id: 'V2', severity: 'high', origin: 'user' },
      affectedImages: 1,
      deliveries: [{ target: 'webhook', failures: 0 }],
    });
    expect((await service.call('DELETE', `/api/notifications/${name}`)).status).toBe(204);
    expect(names((await service.call('GET', '/api/notifications')).json)).toEqual(['V3', 'V1']);
    expect((await service.call('GET', '/api/notifications?unread=false')).json.notifications[1].read).toBeDefined();
    for (const method of ['GET', 'DELETE'])
      expect((await service.call(method, '/api/notifications/none')).status).toBe(404);
  });

  it('counts scans in the metrics', async () => {
    const { body } = await service.call('GET', '/v1/metrics');
    expect(body).toMatch(/^drydock_scan_jobs\{queue="shared",state="queued"\} \d+$/m);
    expect(body).toMatch(/^drydock_scan_jobs\{queue="local",state="dead"\} 0$/m);
  });

  const push = (more: object = {}, target: object = {}) => ({
    id: '1',
    action: 'push',
    target: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, repository: 'app', tag: '1', ...target },
    request: { host: registry.host },
    ...more,
  });
  const events = async (...list: readonly object[]) =>
    await service.call(
      'POST',
      '/api/webhooks/registry',
      { events: list },
      { 'Content-Type': 'application/vnd.docker.distribution.events.v1+json' },
    );

  it('scans what is pushed to a registry, once for an event that is sent again', async () => {
    const started = await events(push());
    expect([started.status, started.json.images.length]).toEqual([202, 1]);
    expect((await events(push(), push({ id: '2', action: 'pull' }))).json).toEqual(started.json);
    const { json } = await service.call('GET', `/api/images/${started.json.images[0]}`);
    expect(json.reference).toBe(`${registry.host}/app:1@${digest}`);
    expect((await events(push({ id: '3' }))).json).not.toEqual(started.json);
  });

  it('scans what is pushed with annotations that are called like members of objects', async () => {
    const annotations = JSON.parse('{"__proto__":"x","constructor":{"prototype":"y"}}');
    expect((await events(push({ id: 'annotated' }, { annotations }))).json.images).toHaveLength(1);
  });

  it.each([
    ['a pull', () => push({ action: 'pull' })],
    ['a layer', () => push({}, { mediaType: 'application/octet-stream' })],
    ['an event of another form', () => ({ action: 'push', target: 5 })],
    ['an empty event', () => ({})],
  ])('ignores %s', async (_, event) => {
    expect(await events(event())).toMatchObject({ status: 200, json: { images: [] } });
  });

  let told = false;
  it.each([
    ['another host', { request: { host: 'evil.example' } }, 403],
    ['another port', { request: { host: '127.0.0.1:1' } }, 403],
    ['a cloud', { request: { host: '169.254.169.254' } }, 403],
    ['no host', { request: { host: 'evil.example/path?' } }, 400],
    ['nonsense', { request: { host: '' } }, 400],
  ])('fetches nothing from %s that an event names', async (_, more, status) => {
    const before = (await service.store.images.list({ limit: 100 })).images.length;
    const answer = await events(push({ id: '9' }), push({ id: 'bad', ...more }));
    expect(answer.status).toBe(status);
    expect((await service.store.images.list({ limit: 100 })).images.length).toBe(before);
    expect(service.lines.some((line) => line.includes('is not one of registry-hosts'))).toBe(status === 403 || told);
    told ||= status === 403;
    expect(service.lines.some((line) => line.includes('/api/webhooks/registry') && line.includes(`"${status}"`))).toBe(
      true,
    );
  });

  it('scans what is pushed to Harbor', async () => {
    const event = (type: string, resource: string) => ({
      type,
      occur_at: 1_772_359_200,
      operator: 'admin',
      event_data: { resources: [{ digest, tag: '1', resource_url: resource }], repository: { name: 'app' } },
    });
    const harbor = async (body: unknown) => await service.call('POST', '/api/webhooks/harbor', body);
    const started = await harbor(event('PUSH_ARTIFACT', `${registry.host}/team/app:1`));
    expect([started.status, started.json.images.length]).toEqual([202, 1]);
    expect((await harbor(event('PUSH_ARTIFACT', `${registry.host}/team/app:1`))).json).toEqual(started.json);
    expect(await harbor(event('DELETE_ARTIFACT', `${registry.host}/team/app:1`))).toMatchObject({
      status: 200,
      json: { images: [] },
    });
    expect(await harbor(event('SCANNING_COMPLETED', 'x'))).toMatchObject({ status: 200 });
    expect((await harbor(event('PUSH_ARTIFACT', 'evil.example/app:1'))).status).toBe(403);
    expect((await harbor(event('PUSH_ARTIFACT', '../../etc/passwd'))).status).toBe(400);
  });

  it.each([
    ['/api/map/nodes/%ff', 'no UTF-8'],
    ['/api/images/%', 'cut off'],
    [`/api/images/${'x'.repeat(600)}`, 'too long'],
  ])('tells a problem of an address that cannot be read: %s', async (path) => {
    const answer = await fetch(`${service.url}${path}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ code: 'usage.option', status: 400 });
  });

  it('tells it to clients of Clair v4 in their form', async () => {
    const answer = await fetch(`${service.url}/indexer/api/v1/index_report/%ff`);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { code: expect.any(String), message: expect.any(String) },
    ]);
  });

  it('takes other hosts on SIGHUP', async () => {
    service.reload({ ...service.settings, registryHosts: [] });
    expect((await events(push({ id: '20' }))).status).toBe(403);
    expect((await service.call('POST', '/api/images', { reference: `${registry.host}/app:1` })).status).toBe(403);
    service.reload({ ...service.settings, registryHosts: [registry.host] });
    expect((await events(push({ id: '20' }))).status).toBe(202);
  });

  it('judges packages that somebody else has read', async () => {
    const pkg = {
      name: 'libssl3',
      version: '3.0.11-1',
      type: 'deb',
      purl: 'pkg:deb/debian/libssl3@3.0.11-1',
      source: { name: 'openssl', version: '3.0.11-1' },
      licences: [],
      distribution: 'debian:12',
      layer: { index: 0 },
      locations: ['var/lib/dpkg/status'],
      presence: 'present',
    };
    const body = {
      distribution: { id: 'debian', version: '12', name: 'Debian 12' },
      layers: [{ index: 0, instruction: 'ADD rootfs', historyIndex: 4 }],
      packages: [
        pkg,
        { ...pkg, name: 'odd', version: 'no version!', source: { name: 'openssl', version: 'no version!' } },
        { ...pkg, distribution: 'plan9:4' },
      ],
    };
    const { status, json } = await service.call('POST', '/api/match', body);
    expect(status).toBe(200);
    expect(json.findings).toMatchObject([
      { id: 'CVE-2024-0001', package: { name: 'libssl3' }, layer: { instruction: 'ADD rootfs' }, historyIndex: 4 },
    ]);
    expect(json.problems.map((problem: { code: string }) => problem.code).toSorted()).toEqual([
      'packages.unwatched',
      'version.invalid',
    ]);
    expect(json.advisories).toMatchObject({
      generation: await service.store.advisories.generation(),
      feeds: [{ name: 'debian-tracker' }, { name: 'other' }],
    });
  });

  it.each([
    ['a little ahead of this clock is of now', 30, 0],
    ['far ahead of this clock has no age', 7200, undefined],
  ])('a feed that is %s', async (_, ahead, age) => {
    const updatedAt = new Date(Date.now() + ahead * 1000).toISOString();
    const feed = { name: 'other', status: 'changed', updatedAt, records: 1, notes: { count: 0, first: [] } } as const;
    await writeUpdaterState(service.store.values, {
      started: updatedAt,
      seconds: 1,
      complete: true,
      problems: [],
      feeds: [feed],
    });
    const { json } = await service.call('GET', '/api/feeds');
    expect(json.feeds).toEqual([{ ...feed, ...(age !== undefined && { ageSeconds: age }) }]);
  });

  it('is checked against its document, every operation of it', async () => {
    const { json } = await service.call('GET', '/api/images?limit=1');
    const [{ id, layers }] = json.images;
    const url = `/api/images/${id}`;
    for (const part of ['', '/report', '/packages', '/findings', '/containers'])
      await service.call('GET', `${url}${part}`);
    await service.call('GET', `${url}/diff?since=${id}`);
    await service.call('GET', `/api/layers/${layers[0] ?? 'none'}/images`);
    for (const path of [
      '/api/overview',
      '/api/rules?name=distribution-end-of-life',
      '/api/settings',
      '/api/trends?days=7',
      '/api/vulnerabilities?q=cve-&sort=severity',
      '/api/vulnerabilities/V2',
      '/api/vulnerabilities/V2/images',
      '/api/jobs',
      '/api/version',
      '/api/openapi.json',
    ]) {
      expect((await service.call('GET', path)).status).toBe(200);
    }
    await service.call('POST', '/api/images/upload', 'x', { 'Content-Type': 'application/x-tar' });
    await service.call('POST', '/api/jobs/none/revive');
    await service.call('POST', '/api/vulnerabilities/none/restore', { namespace: 'debian:12' });
    await service.call('POST', '/api/observations', { reference: 'app:1' });
    for (const part of ['', '/choices', '/none', '/none/events']) await service.call('GET', `/api/observations${part}`);
    await service.call('DELETE', '/api/observations/none');
    for (const path of [
      ...['', '/nodes/none', '/search?q=a', '/changes?since=2026-01-01T00:00:00Z', '/history', '/audit'],
      ...['/events', '/changes/last?revision=0'],
    ]) {
      expect((await service.call('GET', `/api/map${path}`)).status).toBe(501);
    }
    await service.call('POST', '/api/map/reports', {});
    await service.call('POST', '/api/map/nodes/none/controls/logs');
    await service.call('GET', '/api/session');
    await service.call('POST', '/api/session', { token: 'x' });
    await service.call('DELETE', '/api/session');
    await service.call('DELETE', url);
    const { json: other } = await service.call('POST', '/api/images', { reference: `${registry.host}/app:1` });
    await readEvents(`${service.url}/api/images/${other.id}/events`);
    const seen = new Set([...checkedAnswers].map((key) => key.slice(0, key.lastIndexOf(' '))));
    const all = await allOperations();
    const streams = ['get /api/images/{id}/events', 'get /api/events'];
    // Read by other means.
    expect(all.filter((operation) => !seen.has(operation) && !streams.includes(operation))).toEqual([]);
    expect(all).toEqual(expect.arrayContaining(streams));
  });
});
