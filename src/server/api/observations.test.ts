import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiAnswer, type ApiService, give, startApiService } from '../../../test/support/api-service.ts';
import { readEvents } from '../../../test/support/event-stream.ts';
import { type HeldRuns, heldRuns } from '../../../test/support/held-runs.ts';
import { makeReport } from '../../../test/support/report.ts';
import { randomSecret } from '../../../test/support/service.ts';
import { makeAdvisory, makePackage } from '../../../test/support/view.ts';
import type { ServiceSettings } from '../../config/service-settings.ts';
import type { Observation } from '../../model/observation.ts';
import type { Report } from '../../model/report.ts';

const observe = { engine: 'docker', runs: 1, queue: 2 } as const;

const observation: Observation = {
  engine: { name: 'the Docker engine' },
  cage: { profile: 'default', allows: [] },
  attempts: [],
  startedAt: '2026-03-01T10:00:00Z',
  milliseconds: 1,
  ports: [],
  processes: [],
  packagesInUse: [],
  untouched: [],
  calls: {},
  contacts: [],
  drift: [],
  coverage: { tracer: 'strace', calls: 1, lost: 0, undecoded: 0, blindSpots: [], sockets: 'host' },
};

/** A report with two packages, of which one was used. */
function report(): Report {
  const source = { name: 'openssl', version: '3.0.1-1' };
  const more = { source, distribution: 'debian:12' };
  const packages = ['libssl3', 'openssl'].map((name) => makePackage(name, '3.0.1-1', more));
  const [{ purl }] = packages as [(typeof packages)[number]];
  const used = { name: 'libssl3', version: '3.0.1-1', purl, use: 'loaded', files: ['/x'], count: 1 } as const;
  return makeReport({ view: { packages }, findings: [], observation: { ...observation, packagesInUse: [used] } });
}

describe('runs of images', () => {
  const services: ApiService[] = [];
  afterEach(async () => {
    for (const service of services.splice(0)) await service.stop();
  });

  async function start(held: HeldRuns, changed: Partial<ServiceSettings> = {}): Promise<ApiService> {
    const service = await startApiService({ observe, ...changed }, undefined, undefined, held.images);
    services.push(service);
    return service;
  }
  const submit = (service: ApiService, more: object = {}, headers?: Record<string, string>): Promise<ApiAnswer> =>
    service.call('POST', '/api/observations', { reference: 'app:1', ...more }, headers);

  it('are off, and say what to do about it', async () => {
    const service = await startApiService();
    services.push(service);
    for (const [method, route] of [
      ['GET', '/api/observations'],
      ['GET', '/api/observations/x/events'],
      ['DELETE', '/api/observations/x'],
    ] as const) {
      expect((await service.call(method, route)).status).toBe(501);
    }
    const { status, json } = await submit(service);
    expect([status, json.code, json.detail]).toEqual([
      501,
      'service.observe-off',
      expect.stringContaining('--observe'),
    ]);
  });

  it('are followed to a report that says what was used', async () => {
    const held = heldRuns();
    const service = await start(held);
    await give(service.store, {
      'debian-tracker': [makeAdvisory('CVE-2024-0001', [{ package: 'openssl', ranges: [{ fixed: '3.0.99-1' }] }])],
    });
    const { status, json, headers } = await submit(service, { network: 'sinkhole', callRules: ['team', 'team'] });
    expect([status, json.state, headers['location']]).toEqual([202, 'queued', `/api/observations/${json.id}`]);
    await expect.poll(() => held.runs.length).toBe(1);
    const [{ order, calls, end }] = held.runs as [(typeof held.runs)[number]];
    expect(order).toEqual({
      ...{ reference: 'app:1', duration: 10_000, readyTimeout: 30_000, network: 'sinkhole', cage: 'default' },
      ...{ presets: true, prove: false, callRules: ['team'], serviceScanners: ['drydock', 'nmap'] },
    });
    const hostile = 'x\u009b31m\u202e\nevent: end\ndata: {}';
    calls.onStep({ step: 'waiting until the image is ready' });
    calls.events({ kind: 'attempt', number: 1, changes: [] });
    calls.events({
      ...{ kind: 'tried', number: 1 },
      attempt: { outcome: 'listening', changes: [], milliseconds: 5, reason: hostile, log: ['a'.repeat(100_000)] },
    });
    const place = { protocol: 'tcp', port: 80 } as const;
    calls.events({
      ...{ kind: 'port' },
      port: { ...place, addresses: ['::'], declared: true, state: 'listening', localOnly: false, process: hostile },
    });
    calls.events({
      ...{ kind: 'finding', port: place },
      finding: {
        ...{ kind: 'service', id: 'service.open', aliases: [], severity: 'high', confidence: 'certain' },
        ...{ title: 'Open', from: 'unknown', evidence: 'e'.repeat(100_000), source: 'drydock' },
      } as never,
    });
    end(report());
    const events = await readEvents(`${service.url}/api/observations/${json.id}/events`);
    expect(events.map(({ event, id }) => [event, id])).toEqual([
      ...[
        ['state', '1'],
        ['state', '2'],
        ['step', '3'],
        ['attempt', '4'],
        ['tried', '5'],
        ['port', '6'],
      ],
      ...[
        ['finding', '7'],
        ['end', '8'],
      ],
    ]);
    expect(events[5]!.data.process).toBe(hostile);
    expect(events[4]!.data).not.toHaveProperty('log');
    expect(JSON.stringify(events[6]!.data).length).toBeLessThan(16_384);
    expect(events.at(-1)!.data).toMatchObject({ state: 'done', ended: expect.any(String) });
    const again = await readEvents(`${service.url}/api/observations/${json.id}/events`, { 'Last-Event-ID': '6' });
    expect(again.map(({ event }) => event)).toEqual(['finding', 'end']);
    const known = await readEvents(`${service.url}/api/observations/${json.id}/events`, { 'Last-Event-ID': '8' });
    expect(known.map(({ event }) => event)).toEqual(['end']);

    const told = await service.call('GET', `/api/images/${json.id}/report`);
    expect(told.json.observation).toEqual(report().observation);
    expect(told.json.findings.map((one: Report['findings'][number]) => [one.package?.name, one.use])).toEqual([
      ['libssl3', 'loaded'],
      ['openssl', 'not-seen'],
    ]);
    expect((await service.call('GET', `/api/images/${json.id}`)).json).toMatchObject({ reference: 'observe:app:1' });
    expect((await service.call('GET', `/api/images/${json.id}/diff?since=${json.id}`)).json).toMatchObject({
      sameImage: true,
      unchanged: 2,
    });
    expect((await service.call('GET', '/api/observations')).json.runs).toMatchObject([{ id: json.id, state: 'done' }]);
  });

  it.each([
    ['no reference', { reference: undefined }, 'body/reference'],
    ['a reference that is a flag', { reference: '-x' }, 'no name of an image'],
    ['a reference with an end of line', { reference: 'a\nb' }, 'no name of an image'],
    ['more than a cage lives', { duration: 200, readyTimeout: 100 }, 'together'],
    ['more than there is', { duration: 1e9 }, 'body/duration'],
    ['a key that is not known', { acceptWeakCage: true }, 'acceptWeakCage'],
    ['another network', { network: 'host' }, 'body/network'],
    ['a weaker cage', { cage: 'compatible' }, 'no weaker cage than default'],
    ['rules that are not there', { callRules: ['../etc/passwd'] }, 'there is starter, team'],
    ['a scanner that is not there', { serviceScanners: ['nuclei'] }, 'there is drydock, nmap'],
    ['a file of this machine', { runProfile: { mounts: [{ path: '/x', file: 'shadow' }] } }, 'runProfile'],
    ['a mount of what is no file', { runProfile: { mounts: [{ path: '/x/', text: '' }] } }, 'path is that of a file'],
    ['a bad name of a variable', { runProfile: { environment: { 'A B': '1' } } }, 'no name of a variable'],
    ['a bad step', { runProfile: { workload: [{ http: { port: 0 } }] } }, 'runProfile'],
    ['two ready lines', { runProfile: { ready: { log: '' } } }, 'runProfile'],
  ])('refuse %s', async (_, more, words) => {
    const held = heldRuns();
    const service = await start(held);
    const { status, json } = await submit(service, more);
    expect([status, JSON.stringify(json)]).toEqual([400, expect.stringContaining(words)]);
    expect(held.runs).toEqual([]);
  });

  it('take a run profile, and a cage that is tighter', async () => {
    const held = heldRuns();
    const service = await start(held);
    const runProfile = {
      ...{ environment: { A: '1: "x" # {' }, command: ['serve', '--port', '8080'], user: '1000', workdir: '/app' },
      mounts: [{ path: '/etc/app.conf', text: 'debug = no\n', mode: '600' }],
      ready: { port: 8080 },
      workload: [{ http: { port: 8080, path: '/health', times: 10 } }, { exec: ['true'] }, { wait: 2 }],
    };
    expect((await submit(service, { runProfile, cage: 'strict' })).status).toBe(202);
    await expect.poll(() => held.runs.length).toBe(1);
    expect(held.runs[0]!.order).toMatchObject({
      cage: 'strict',
      runProfile: {
        ...{ file: 'runProfile', environment: { A: '1: "x" # {' }, command: ['serve', '--port', '8080'] },
        ...{ user: '1000', workingDirectory: '/app', ready: { port: 8080 } },
        files: [{ path: '/etc/app.conf', content: Buffer.from('debug = no\n'), mode: 0o600 }],
        workload: [{ kind: 'http', times: 10 }, { kind: 'exec' }, { kind: 'wait', seconds: 2 }],
      },
    });
  });

  it('go on one at a time, wait up to a number, and end when somebody wants it', async () => {
    const held = heldRuns();
    const service = await start(held);
    const [first, second, third, fourth] = [
      ...[await submit(service), await submit(service), await submit(service), await submit(service)],
    ] as [ApiAnswer, ApiAnswer, ApiAnswer, ApiAnswer];
    expect([fourth.status, fourth.json.code]).toEqual([429, 'service.busy']);
    expect(fourth.headers['retry-after']).toBeDefined();
    expect((await service.call('GET', '/api/images')).json.images).toHaveLength(3);
    expect(held.runs).toHaveLength(1);

    // One that waits ends at once, and makes room; one that goes on when its signal has fired.
    expect((await service.call('DELETE', `/api/observations/${second.json.id}`)).json.state).toBe('failed');
    expect((await submit(service)).status).toBe(202);
    expect(held.runs).toHaveLength(1);
    expect((await service.call('DELETE', `/api/observations/${first.json.id}`)).status).toBe(202);
    await expect.poll(() => held.runs.length).toBe(2);
    const ended = await service.settled(first.json.id);
    expect(ended).toMatchObject({ state: 'failed', failure: expect.stringContaining('cancelled by') });
    expect((await service.call('DELETE', `/api/observations/${first.json.id}`)).status).toBe(404);

    // Whoever removes the image ends its run.
    expect((await service.call('DELETE', `/api/images/${third.json.id}`)).status).toBe(204);
    expect(held.runs[1]!.calls.signal.aborted).toBe(true);
  });

  it('fail with the words of what went wrong, and are not tried again', async () => {
    const held = heldRuns();
    const service = await start(held);
    const { json } = await submit(service);
    await expect.poll(() => held.runs.length).toBe(1);
    held.runs[0]!.fail(new Error('the engine does not have it'));
    expect(await service.settled(json.id)).toMatchObject({ state: 'failed', failure: 'the engine does not have it' });
    const { status, json: problem } = await service.call('GET', `/api/images/${json.id}/report`);
    expect([status, problem.detail]).toEqual([409, expect.stringContaining('the engine does not have it')]);
    expect(held.runs).toHaveLength(1);
  });

  it('are one for each idempotency key', async () => {
    const held = heldRuns();
    const service = await start(held);
    const first = await submit(service, {}, { 'Idempotency-Key': 'one' });
    const again = await submit(service, {}, { 'Idempotency-Key': 'one' });
    expect(again.json.id).toBe(first.json.id);
    const other = await submit(service, { reference: 'other:1' }, { 'Idempotency-Key': 'one' });
    expect([other.status, other.json.code]).toEqual([422, 'service.key-reused']);
  });

  it('end with the service, and say so; what was left is cleaned at its start', async () => {
    const held = heldRuns();
    const service = await start(held);
    await expect.poll(held.cleaned).toBe(1);
    const [active, waiting] = [await submit(service), await submit(service)];
    await expect.poll(() => held.runs.length).toBe(1);
    const heard = Promise.withResolvers<void>();
    const following = readEvents(`${service.url}/api/observations/${active.json.id}/events`, {}, () => {
      heard.resolve();
      return false;
    });
    await heard.promise;
    await service.stop();
    services.splice(0);
    expect((await following).at(-1)).toMatchObject({ event: 'end', data: { state: 'failed' } });
    expect(held.runs[0]!.calls.signal.aborted).toBe(true);
    const next = await start(heldRuns(), { store: service.settings.store, stateFolder: service.settings.stateFolder });
    for (const { json } of [active, waiting]) {
      const { json: image } = await next.call('GET', `/api/images/${json.id}`);
      expect(image).toMatchObject({ state: 'failed', failure: expect.stringContaining('Submit it again') });
      const events = await readEvents(`${next.url}/api/observations/${json.id}/events`, { 'Last-Event-ID': '3' });
      expect(events).toMatchObject([{ event: 'end', data: { state: 'failed', reference: 'app:1' } }]);
    }
  });

  it('that a killed process left are told as interrupted', async () => {
    const service = await start(heldRuns());
    const left = await service.store.images.submit('observe:app:1', new Date(Date.now() - 1000));
    await service.store.images.begin(left.id);
    await service.stop();
    services.splice(0);
    const next = await start(heldRuns(), { store: service.settings.store, stateFolder: service.settings.stateFolder });
    expect(await next.settled(left.id)).toMatchObject({ failure: expect.stringContaining('ended in the middle') });
    expect((await next.call('GET', `/api/observations/${left.id}`)).json).toMatchObject({ state: 'failed' });
  });

  it('are not held up by who does not read, who is told later what was missed', async () => {
    const held = heldRuns();
    const service = await start(held);
    const { json } = await submit(service);
    await expect.poll(() => held.runs.length).toBe(1);
    const asked = get(`${service.url}/api/observations/${json.id}/events`, { agent: false });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.pause();
    const { calls, end } = held.runs[0]!;
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 5000; n++) {
      calls.events({ kind: 'attempt', number: n, changes: ['x'.repeat(10_000)] });
      if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    // 50 MB were told.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    end(report());
    let text = '';
    response.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    response.resume();
    await once(response, 'end');
    expect(text).toMatch(/event: missed\nid: \d+\ndata: \{"events":\d{4}\}\n/);
    expect(text.trimEnd().split('\n\n').at(-1)).toMatch(/^event: end\n/);
  });
});

describe('tokens and runs of images', () => {
  const tokens = (['read', 'scan', 'observe', 'admin'] as const).map((scope) => ({ scope, text: randomSecret() }));
  const other = { scope: 'observe', text: randomSecret() } as const;
  const held = heldRuns();
  let service: ApiService;
  beforeAll(async () => {
    const all = [...tokens, other].map(({ scope, text }, at) => ({
      ...{ name: `${scope}${at}`, scope },
      digest: createHash('sha256').update(text).digest(),
    }));
    service = await startApiService({ observe, tokens: all }, undefined, undefined, held.images);
  });
  afterAll(async () => await service.stop());
  const as = (text: string) => ({ Authorization: `Bearer ${text}` });

  it('let those run, follow and end who may observe, and nobody else', async () => {
    const body = { reference: 'app:1' };
    for (const { scope, text } of tokens) {
      const may = scope === 'observe' || scope === 'admin';
      const { status, json } = await service.call('POST', '/api/observations', body, as(text));
      expect([scope, status]).toEqual([scope, may ? 202 : 403]);
      if (!may) continue;
      const route = `/api/observations/${json.id}`;
      for (const { scope: has, text: their } of tokens) {
        const mayRead = has === 'observe' || has === 'admin';
        const answer = await service.call('GET', route, undefined, as(their));
        expect([has, answer.status]).toEqual([has, mayRead ? 200 : 403]);
        const refused = await service.call('GET', `/api/observations/nothing/events`, undefined, as(their));
        expect([has, refused.status]).toEqual([has, mayRead ? 404 : 403]);
      }
      // Who may scan ends nothing, another one who may observe only what is their own.
      expect((await service.call('DELETE', route, undefined, as(tokens[1]!.text))).status).toBe(403);
      const theirs = await service.call('DELETE', route, undefined, as(other.text));
      expect([theirs.status, theirs.json.code]).toEqual([403, 'service.scope']);
      expect((await service.call('DELETE', route, undefined, as(text))).status).toBe(202);
    }
    const kept = await service.call('POST', '/api/observations', body, as(other.text));
    const admin = tokens.find(({ scope }) => scope === 'admin')!;
    expect((await service.call('DELETE', `/api/observations/${kept.json.id}`, undefined, as(admin.text))).status).toBe(
      202,
    );
  });
});
