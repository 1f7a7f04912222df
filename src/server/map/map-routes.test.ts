import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, startApiService } from '../../../test/support/api-service.ts';
import { readEvents } from '../../../test/support/event-stream.ts';
import { randomSecret } from '../../../test/support/service.ts';
import {
  type HandClock,
  handClock,
  openTestMap,
  type SmallHost,
  smallKnowledge,
  smallReport,
} from '../../../test/support/small-map.ts';
import { tokenOf } from '../../../test/support/stopped-services.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { MapControl } from './details-schema.ts';
import type { OpenMap } from './open-map.ts';

const shop: SmallHost = {
  id: 'a',
  containers: [
    {
      name: 'web',
      image: 'nginx:1',
      listens: [80],
      facts: {
        ports: [{ protocol: 'tcp', port: 80, published: { address: '0.0.0.0', port: 8080 } }],
        environment: ['PASSWORD=geheim'],
      },
    },
    { name: 'api', image: 'api:1', listens: [9000] },
  ],
  calls: [
    { from: '8.8.8.8', to: 'web', port: 80 },
    { from: 'web', to: 'api', port: 9000 },
  ],
};

const secrets = { report: randomSecret(), other: randomSecret(), read: randomSecret(), admin: randomSecret() };
const bearer = (name: keyof typeof secrets) => ({ Authorization: `Bearer ${secrets[name]}` });

describe('the API of the map', () => {
  let service: ApiService;
  let map: OpenMap & { readonly logged: readonly string[] };
  let clock: HandClock;
  let sequence = 0;
  const acted: [MapControl, string][] = [];
  const web = `container:a:${smallReport(shop).changed.containers[0]!.id}`;

  const send = async (host: SmallHost, more: object = {}, as: keyof typeof secrets = 'report') => {
    clock.pass(1000);
    const report = smallReport(host, { at: new Date(clock.now()).toISOString(), sequence: sequence++, ...more });
    return await service.call('POST', '/api/map/reports', report, bearer(as));
  };
  const get = async (path: string, as: keyof typeof secrets = 'read') =>
    await service.call('GET', path, undefined, bearer(as));

  beforeAll(async () => {
    clock = handClock();
    map = openTestMap({
      clock,
      knowledge: smallKnowledge({ 'nginx:1': { '/bin/web': ['nginx', 'high', 'CVE-1'] } }),
      history: { folder: temporaryFolder(), age: 1e9, bytes: 1e9 },
      own: { host: 'a', reporter: 'token:reporter' },
      controls: {
        allowed: new Set(['logs', 'pause']),
        engine: {
          host: 'a',
          act: async (control, container) => {
            acted.push([control, container]);
            if (control === 'pause') throw new Error('the engine says no');
            return { message: 'The last 1 lines.', lines: [{ stream: 'stdout', text: '<b>line</b>' }] };
          },
        },
      },
    });
    const tokens = [
      tokenOf('report', secrets.report, 'reporter'),
      tokenOf('report', secrets.other, 'other'),
      tokenOf('read', secrets.read, 'reader'),
      tokenOf('admin', secrets.admin, 'boss'),
    ];
    service = await startApiService({ tokens }, undefined, undefined, undefined, map);
  });
  afterAll(async () => {
    await service.stop();
  });

  it('takes reports, of whoever may report, and of nobody else', async () => {
    // A try that failed may have spent what the limit lets through.
    clock.pass(20_000);
    const next = sequence;
    expect(await send(shop)).toMatchObject({ status: 200, json: { host: 'a', sequence: next } });
    expect(await send(shop, {}, 'other')).toMatchObject({ status: 403, json: { code: 'map.foreign-host' } });
    expect(await send(shop, {}, 'read')).toMatchObject({ status: 403 });
    expect(await send(shop, { full: false, sequence: 77 })).toMatchObject({ status: 409, json: { code: 'map.gap' } });
    expect(await service.call('POST', '/api/map/reports', { schemaVersion: 1 }, bearer('report'))).toMatchObject({
      status: 400,
    });
    expect(await service.call('POST', '/api/map/reports', '{', bearer('report'))).toMatchObject({ status: 400 });
    const large = `{"schemaVersion":1,"x":"${'x'.repeat(25 * 2 ** 20)}"}`;
    expect((await service.call('POST', '/api/map/reports', large, bearer('report'))).status).toBe(413);
    const flood = await Promise.all(
      Array.from({ length: 30 }, () => service.call('POST', '/api/map/reports', smallReport(shop), bearer('report'))),
    );
    expect(flood.some(({ status }) => status === 429)).toBe(true);
    clock.pass(20_000);
  });

  it('lets a reporter read nothing', async () => {
    for (const path of ['/api/map', '/api/images', '/v1/namespaces']) {
      expect((await get(path, 'report')).status).toBe(403);
    }
  });

  it('answers every question', async () => {
    await send(shop);
    await get('/api/map');
    await send(shop);
    const { json } = await get('/api/map');
    expect(json.nodes.map(({ label }: { label: string }) => label).sort()).toEqual([
      'api',
      'name-of-a',
      'the internet',
      'web',
    ]);
    expect(json.nodes.find(({ id }: { id: string }) => id === web)).toMatchObject({
      worst: { id: 'CVE-1' },
      exposure: 'published',
    });
    for (const view of ['hosts', 'processes', 'images', 'networks'])
      expect((await get(`/api/map?view=${view}`)).status).toBe(200);
    const all = [
      ...json.nodes,
      ...(await get('/api/map?view=networks')).json.nodes,
      ...(await get('/api/map?view=images')).json.nodes,
      ...(await get('/api/map?view=processes')).json.nodes,
    ];
    for (const { id } of all)
      expect([id, (await get(`/api/map/nodes/${encodeURIComponent(id)}`)).status]).toEqual([id, 200]);
    expect((await get('/api/map/search?q=web')).json.nodes).toContain(web);
    expect((await get(`/api/map/changes/last?revision=${json.revision}`)).json).toMatchObject({
      goneNodes: [],
      goneEdges: [],
    });
    for (const path of ['?view=none', '?at=yesterday', '/search?q=', '/changes', '/changes/last']) {
      expect((await get(`/api/map${path}`)).status).toBe(400);
    }
    for (const id of [
      'none',
      'container:a:none',
      'host:none',
      'group:x',
      'processes:x',
      'loose:x',
      'outside:x',
      '%00',
    ]) {
      expect((await get(`/api/map/nodes/${encodeURIComponent(id)}`)).status).toBe(id === '%00' ? 404 : 404);
    }
  });

  it('tells the details of a node, and secrets to those alone who may do everything', async () => {
    const { json } = await get(`/api/map/nodes/${encodeURIComponent(web)}`);
    expect(json).toMatchObject({
      node: { label: 'web', counts: { connections: 2 } },
      incoming: [{ other: { kind: 'internet' }, address: '8.8.8.8', port: 80, open: 1 }],
      outgoing: [{ other: { label: 'api' }, otherProcess: 'api', port: 9000 }],
      listeners: [{ port: 80, exposure: 'published', published: ['0.0.0.0:8080'], process: { label: 'web' } }],
      findings: [{ package: 'nginx', severity: 'high', use: [{ name: 'web', file: '/bin/web' }] }],
      controls: [],
      imagePage: 'page-of-nginx:1',
    });
    expect(json.environment).toBeUndefined();
    const { json: full } = await get(`/api/map/nodes/${encodeURIComponent(web)}`, 'admin');
    expect(full).toMatchObject({ environment: ['PASSWORD=geheim'], controls: ['logs', 'pause'] });
  });

  it('tells what happens, and what somebody missed who comes back', async () => {
    const url = `${service.url}/api/map/events`;
    const events: string[] = [];
    const name = `third-${sequence}`;
    const begun = Promise.withResolvers<void>();
    const following = readEvents(url, bearer('read'), (told) => {
      begun.resolve();
      return told.length >= 2;
    });
    await begun.promise;
    await send({ ...shop, containers: [...shop.containers!, { name }] });
    const [snapshot, change] = await following;
    events.push(snapshot!.event, change!.event);
    expect(events).toEqual(['snapshot', 'change']);
    expect(change!.data.nodes.some(({ label }: { label: string }) => label === name)).toBe(true);
    expect(change!.data.revision).toBe(snapshot!.data.revision + 1);
    const [again] = await readEvents(
      url,
      { ...bearer('read'), 'Last-Event-ID': snapshot!.id },
      (told) => told.length >= 1,
    );
    expect([again!.event, again!.id]).toEqual(['change', change!.id]);
    const [anew] = await readEvents(
      url,
      { ...bearer('read'), 'Last-Event-ID': 'nonsense.5' },
      (told) => told.length >= 1,
    );
    expect(anew!.event).toBe('snapshot');
  });

  it('keeps what was', async () => {
    while ((await get('/api/map/history')).json.moments.length === 0) {
      clock.pass(10_000);
      await send(shop);
    }
    const { json } = await get('/api/map/history');
    const then = await get(`/api/map?at=${json.last}`);
    expect(then.json).toMatchObject({
      live: false,
      nodes: expect.arrayContaining([expect.objectContaining({ label: 'web' })]),
    });
    expect((await get(`/api/map/nodes/${encodeURIComponent(web)}?at=${json.last}`)).json.controls).toEqual([]);
    expect((await get('/api/map?at=2020-01-01T00:00:00Z')).status).toBe(404);
    expect((await get('/api/map/changes?since=2020-01-01T00:00:00Z')).json).toMatchObject({
      since: expect.stringMatching(/^2026/),
    });
  });

  it('does to containers what is allowed, to whom it is, and keeps who asked', async () => {
    await send(shop);
    acted.length = 0;
    const [logged, kept] = [map.logged.length, (await get('/api/map/audit', 'admin')).json.entries.length];
    const control = async (id: string, name: string, as: keyof typeof secrets) =>
      await service.call('POST', `/api/map/nodes/${encodeURIComponent(id)}/controls/${name}`, undefined, bearer(as));
    expect((await control(web, 'logs', 'read')).status).toBe(403);
    expect((await control(web, 'exec', 'admin')).status).toBe(400);
    expect(await control(web, 'stop', 'admin')).toMatchObject({ status: 403, json: { code: 'map.control' } });
    expect(await control('host:a', 'logs', 'admin')).toMatchObject({ status: 403 });
    expect((await control('container:a:none', 'logs', 'admin')).status).toBe(404);
    expect(await control(web, 'logs', 'admin')).toMatchObject({
      status: 200,
      json: { done: true, lines: [{ text: '<b>line</b>' }] },
    });
    expect(await control(web, 'pause', 'admin')).toMatchObject({
      status: 200,
      json: { done: false, message: 'the engine says no' },
    });
    await send({ id: 'b', containers: [{ name: 'far' }] });
    const far = `container:b:${smallReport({ id: 'b', containers: [{ name: 'far' }] }).changed.containers[0]!.id}`;
    expect((await control(far, 'logs', 'admin')).status).toBe(403);
    expect(acted.map(([name]) => name)).toEqual(['logs', 'pause']);
    const { json } = await get('/api/map/audit', 'admin');
    expect(
      json.entries
        .slice(0, json.entries.length - kept)
        .map((one: { control: string; outcome: string; client: string }) => [one.control, one.outcome, one.client]),
    ).toEqual([
      ['logs', 'refused', 'token:boss'],
      ['pause', 'failed', 'token:boss'],
      ['pause', 'asked', 'token:boss'],
      ['logs', 'done', 'token:boss'],
      ['logs', 'asked', 'token:boss'],
      // Of a node that is no container, and of one that is not there.
      ['logs', 'refused', 'token:boss'],
      ['logs', 'refused', 'token:boss'],
      ['stop', 'refused', 'token:boss'],
    ]);
    expect((await get('/api/map/audit')).status).toBe(403);
    expect(map.logged.slice(logged).filter((line) => line.includes('a container was asked'))).toHaveLength(8);
  });
});
