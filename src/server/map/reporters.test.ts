import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiService, startApiService } from '../../../test/support/api-service.ts';
import { randomSecret } from '../../../test/support/service.ts';
import { type SimulatedHost, simulatedHost } from '../../../test/support/simulated-host.ts';
import { type HandClock, handClock, openTestMap, smallReport } from '../../../test/support/small-map.ts';
import { tokenOf } from '../../../test/support/stopped-services.ts';
import type { HostReport } from '../../model/topology.ts';

const HOUR = 3_600_000;

describe('reporters, over HTTP', () => {
  const secrets = { one: randomSecret(), two: randomSecret(), read: randomSecret() };
  let service: ApiService;
  let clock: HandClock;

  const start = async (): Promise<void> => {
    clock = handClock();
    service = await startApiService(
      {
        tokens: [
          tokenOf('report', secrets.one, 'one'),
          tokenOf('report', secrets.two, 'two'),
          tokenOf('read', secrets.read, 'reader'),
        ],
      },
      ...([undefined, undefined, undefined] as const),
      openTestMap({ clock }),
    );
  };
  const post = async (
    body: string | Buffer,
    { as = 'one', headers = {} }: { as?: keyof typeof secrets; headers?: Record<string, string> } = {},
  ): Promise<readonly [status: number, code: string | undefined]> => {
    const answer = await fetch(`${service.url}/api/map/reports`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${secrets[as]}`, 'Content-Type': 'application/json', ...headers },
      body: new Uint8Array(Buffer.from(body)),
    });
    return [answer.status, ((await answer.json()) as { code?: string }).code];
  };
  const tell = async (report: HostReport, as: keyof typeof secrets = 'one') =>
    (await post(JSON.stringify(report), { as })).join(' ').trim();
  const get = async (path: string, headers: Record<string, string> = {}) =>
    await service.call('GET', path, undefined, { Authorization: `Bearer ${secrets.read}`, ...headers });
  const reporterOf = async ({ host }: SimulatedHost) =>
    (await get('/api/map')).json.reporters.find((one: { host: string }) => one.host === host.id);
  const second = (host: SimulatedHost): HostReport => {
    clock.pass(1000);
    return host.next();
  };

  beforeAll(start);
  // A host that one try told of is known to the next: that has a service of its own.
  beforeEach(async ({ task }) => {
    if ((task.result?.retryCount ?? 0) === 0) return;
    await service.stop();
    await start();
  });
  afterAll(async () => await service.stop());

  it.each([
    ['an hour ahead', HOUR, 'skewed', 3600, '3600 s ahead of the service'],
    ['an hour behind', -HOUR, 'skewed', -3600, '3600 s behind the service'],
    ['eight seconds ahead', 8000, 'skewed', 8, '8 s ahead of the service'],
    ['a second behind', -1000, 'live', 0, undefined],
  ])(
    'whose clock is %s are shown in the time of the service, with the difference',
    async (what, off, state, seconds, words) => {
      const host = simulatedHost({ seed: 100 + what.length, containers: 3, start: clock.now() + off });
      expect(await tell(second(host))).toBe('200');
      const [container] = host.look().containers;
      host.stop(container!.id);
      expect(await tell(second(host))).toBe('200');
      const now = new Date(clock.now()).toISOString();
      expect(await reporterOf(host)).toMatchObject({ state, clockSkewSeconds: seconds, lastSeen: now });
      const { json } = await get(`/api/map/nodes/${encodeURIComponent(`host:${host.host.id}`)}`);
      const clocks = json.metadata.filter(({ label }: { label: string }) => label === 'Clock');
      expect(clocks.map(({ value }: { value: string }) => value)).toEqual(words === undefined ? [] : [words]);
      const gone = (await get('/api/map')).json.edges.filter((edge: { gone?: string }) => edge.gone !== undefined);
      for (const edge of gone) expect(Math.abs(Date.parse(edge.gone) - clock.now())).toBeLessThan(60_000);
      expect(await tell({ ...second(host), at: 'never' })).toBe('400 usage.option');
    },
  );

  it('that were held up are taken when they come, and are late by what the service sees', async () => {
    const host = simulatedHost({ seed: 200, containers: 3, start: clock.now() });
    expect(await tell(second(host))).toBe('200');
    const held = second(host);
    clock.pass(20_000);
    expect(await reporterOf(host)).toMatchObject({ state: 'late' });
    clock.pass(280_000);
    expect(await reporterOf(host)).toMatchObject({ state: 'gone' });
    expect(await tell(held)).toBe('200');
    // Five minutes old: that may be its clock as well, and is said.
    expect(await reporterOf(host)).toMatchObject({ state: 'skewed', clockSkewSeconds: -300 });
    expect(await tell({ ...second(host), at: new Date(clock.now()).toISOString() })).toBe('200');
    expect(await reporterOf(host)).toMatchObject({ state: 'live', clockSkewSeconds: 0 });
  });

  it('that are silent are late and gone also where the clock of the service is set back', async () => {
    const host = simulatedHost({ seed: 210, containers: 3, start: clock.now() });
    expect(await tell(second(host))).toBe('200');
    clock.setBack(HOUR);
    expect(await reporterOf(host)).toMatchObject({ state: 'live' });
    clock.pass(66_000);
    expect(await reporterOf(host)).toMatchObject({ state: 'gone' });
    clock.pass(600_000);
    expect(await reporterOf(host)).toBeUndefined();
    clock.pass(HOUR);
  });

  it('that send again what they sent change nothing', async () => {
    const host = simulatedHost({ seed: 300, containers: 3, start: clock.now() });
    const first = second(host);
    const next = second(host);
    const third = second(host);
    expect([await tell(first), await tell(next), await tell(third)]).toEqual(['200', '200', '200']);
    const { json: before } = await get('/api/map');
    clock.pass(5000);
    for (const old of [first, next, third, { ...third, sequence: 0 }, { ...first, full: false, sequence: 9 }])
      expect(await tell(old)).toBe('409 map.gap');
    clock.pass(5000);
    // One of another life of the reporter, whole, is believed once: that is what a start looks like.
    expect(await tell({ ...third, session: 'anew' })).toBe('409 map.gap');
    host.restart();
    expect(await tell({ ...second(host), session: 'anew' })).toBe('200');
    expect(await tell(first)).toBe('403 map.twin-host');
    expect((await get('/api/map')).json.nodes.length).toBe(before.nodes.length);
  });

  it('that flood are stopped, and others are not', async () => {
    const [flooding, other] = [400, 401].map((seed) => simulatedHost({ seed, containers: 3, start: clock.now() }));
    const body = JSON.stringify(second(flooding!));
    const flood = Array.from({ length: 150 }, () => post(body).then(([status]) => status));
    const answers: string[] = [];
    for (let count = 0; count < 5; count++) {
      clock.pass(1);
      answers.push(await tell(other!.next(), 'two'));
    }
    const statuses = await Promise.all(flood);
    expect(answers).toEqual(['200', '200', '200', '200', '200']);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(130);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    clock.pass(60_000);
    expect(await tell(second(other!), 'two')).toBe('200');
  });

  it('tell of labels with the names of members of objects, and their hosts stay', async () => {
    clock.pass(60_000);
    const told = smallReport({ id: 'labelled', containers: [{ name: 'evil' }, { name: 'good' }] });
    const body = JSON.stringify(told)
      .replace('"labels":{}', '"labels":{"__proto__":"x","constructor":"y"}')
      .replace('"figures":{}', '"figures":{"__proto__":{"cpu":1},"constructor":{"prototype":{"cpu":1}}}');
    expect(await post(body)).toEqual([200, undefined]);
    const { json } = await get('/api/map');
    const ids = new Map<string, string>(json.nodes.map(({ label, id }: { label: string; id: string }) => [label, id]));
    expect([...ids.keys()]).toEqual(expect.arrayContaining(['evil', 'good']));
    const details = (await get(`/api/map/nodes/${encodeURIComponent(ids.get('evil')!)}`)).json;
    expect(details.labels).toEqual([
      { name: '__proto__', value: 'x' },
      { name: 'constructor', value: 'y' },
    ]);
    expect(({} as Record<string, unknown>)['cpu']).toBeUndefined();
  });

  it('of hosts that went and came back are the same hosts', async () => {
    const host = simulatedHost({ seed: 500, containers: 3, start: clock.now() });
    expect(await tell(second(host))).toBe('200');
    const idOf = async (): Promise<string[]> =>
      (await get('/api/map')).json.nodes
        .filter(({ host: name }: { host?: string }) => name === host.host.name)
        .map(({ id }: { id: string }) => id)
        .sort();
    const before = await idOf();
    expect(before.length).toBeGreaterThan(2);
    clock.pass(15 * 60_000);
    expect(await reporterOf(host)).toBeUndefined();
    expect(await idOf()).toEqual([]);
    expect(await tell(host.next())).toBe('409 map.gap');
    host.restart();
    expect(await tell(second(host))).toBe('200');
    expect((await reporterOf(host)).state).toBe('skewed');
    expect((await idOf()).filter((id) => before.includes(id))).toHaveLength(before.length);
  });

  it('may compress what they send; what is inflated has its bound, too', async () => {
    clock.pass(60_000);
    const gzip = { 'Content-Encoding': 'gzip' };
    const host = simulatedHost({ seed: 600, containers: 3, start: clock.now() });
    const report = Buffer.from(JSON.stringify(second(host)));
    expect(await post(gzipSync(report), { headers: gzip })).toEqual([200, undefined]);
    expect(await post(report, { headers: gzip })).toEqual([400, 'usage.option']);
    expect(await post(gzipSync(report).subarray(0, 400), { headers: gzip })).toEqual([400, 'usage.option']);
    expect(await post(gzipSync(report), { headers: { 'Content-Encoding': 'br' } })).toEqual([
      415,
      'service.content-type',
    ]);
    expect(await post(gzipSync(gzipSync(report)), { headers: gzip })).toEqual([400, 'usage.option']);
    expect(await post(gzipSync('{}'), { headers: gzip })).toEqual([400, 'usage.option']);
    // 30 kB become 30 MiB; after some of them no more of it is looked at.
    const bomb = gzipSync(Buffer.alloc(30 * 2 ** 20, ' '));
    const bombs: (readonly [number, string | undefined])[] = [];
    for (let count = 0; count < 8; count++) bombs.push(await post(bomb, { headers: gzip }));
    expect(bombs[0]).toEqual([413, 'service.too-large']);
    expect(bombs.at(-1)).toEqual([429, 'service.busy']);
    expect(await tell(second(host), 'two')).toBe('403 map.foreign-host');
    clock.pass(60_000);
    expect(await tell(second(host))).toBe('409 map.gap');
  });

  it('cannot end the service by a body that nobody reads: it is longer than the bound, and no gzip', async () => {
    clock.pass(60_000);
    const ask = (body: Buffer, told = body.length): Buffer =>
      Buffer.concat([
        Buffer.from(
          `POST /api/map/reports HTTP/1.1\r\nHost: ${new URL(service.url).host}\r\nAuthorization: Bearer ${secrets.one}\r\n` +
            `Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: ${told}\r\n\r\n`,
        ),
        body,
      ]);
    // The second one is answered, and broken, while the first one still is read: its answer has not ended yet.
    const first = gzipSync(JSON.stringify({ text: 'x'.repeat(2e7) }));
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    let answers = '';
    socket
      .on('error', () => {})
      .on('data', (piece) => {
        answers += piece.toString('latin1');
      });
    const uncaught: unknown[] = [];
    const listener = (error: unknown): void => void uncaught.push(error);
    process.on('uncaughtExceptionMonitor', listener);
    try {
      socket.write(Buffer.concat([ask(first), ask(Buffer.alloc(1000, 'x'), 3e7)]));
      await expect.poll(() => answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 413']);
    } finally {
      process.off('uncaughtExceptionMonitor', listener);
      socket.destroy();
      if (!socket.closed) await once(socket, 'close');
    }
    expect(uncaught).toEqual([]);
  });

  it('find the maps of many hosts compressed, where they take that', async () => {
    const host = simulatedHost({ seed: 700, containers: 60, start: clock.now() });
    expect(await tell(second(host))).toBe('200');
    const ask = async (coding: string) =>
      await fetch(`${service.url}/api/map`, {
        headers: { Authorization: `Bearer ${secrets.read}`, 'Accept-Encoding': coding },
      });
    const [plain, coded] = [await ask('identity'), await ask('gzip')];
    expect([plain, coded].map(({ headers }) => headers.get('content-encoding'))).toEqual([null, 'gzip']);
    expect(coded.headers.get('vary')).toBe('Accept-Encoding');
    const length = Number(coded.headers.get('content-length'));
    const text = await plain.text();
    expect(length).toBeLessThan(text.length / 4);
    expect((await coded.text()).length).toBe(text.length);
    const small = await fetch(`${service.url}/api/map/history`, {
      headers: { Authorization: `Bearer ${secrets.read}`, 'Accept-Encoding': 'gzip' },
    });
    expect(small.headers.get('content-encoding')).toBeNull();
  });

  it('tell a service that was started anew everything again', async () => {
    const host = simulatedHost({ seed: 800, containers: 3, start: clock.now() });
    expect(await tell(second(host))).toBe('200');
    await service.stop();
    await start();
    const next = second(host);
    expect(await tell(next)).toBe('409 map.gap');
    host.restart();
    expect(await tell(second(host))).toBe('200');
    expect(await tell(second(host))).toBe('200');
    expect((await reporterOf(host)).counts.containers).toBe(host.look().containers.length);
    expect(await tell(smallReport({ id: host.host.id }), 'two')).toBe('403 map.foreign-host');
  });
});
