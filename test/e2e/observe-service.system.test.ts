import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listContainers } from '../../src/net/container-engine/containers.ts';
import { connectEngine, type Engine } from '../../src/net/container-engine/engine.ts';
import { listImages } from '../../src/net/container-engine/image-store.ts';
import { listNetworks } from '../../src/net/container-engine/networks.ts';
import { listVolumes } from '../../src/net/container-engine/volumes.ts';
import { runningEngines, whyNoContainers } from '../support/both-engines.ts';
import { busyboxArchive } from '../support/busybox-image.ts';
import { readEvents } from '../support/event-stream.ts';
import { drydockEntry } from '../support/program.ts';
import { type RealEngine, startDocker } from '../support/real-engines.ts';
import { projectRoot } from '../support/run.ts';
import { ask } from '../support/service.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';

const LONG = 300_000;

const web = 'httpd -p 8080 -h /srv; sleep 2; echo /tmp/x.so > /etc/ld.so.preload; sleep 600';
const images = busyboxArchive(
  { tag: 'web:1', config: { Cmd: ['sh', '-c', web], ExposedPorts: { '9/tcp': {} } } },
  { tag: 'long:1', config: { Cmd: ['httpd', '-f', '-p', '8080'] } },
);

/** `drydock serve` as a process of its own, since it is killed here. */
interface Served {
  readonly url: string;
  readonly child: ChildProcess;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all forms
  call(method: string, route: string, body?: object): Promise<{ readonly status: number; readonly json: any }>;
  ended(): Promise<unknown>;
}

const services = new Set<ChildProcess>();

describe.each(runningEngines)('runs of the service with $title', ({ kind, program, start: startEngine }) => {
  const why = whyNoContainers(program);
  let real: RealEngine;
  let engine: Engine;

  beforeAll(async () => {
    if (why !== undefined) return;
    real = kind === 'docker' ? await startDocker('overlay') : await startEngine();
    engine = await connectEngine(kind, { environment: real.environment });
    real.load(writeTemporary('images.tar', images));
  }, LONG);
  afterEach(() => {
    for (const child of services) child.kill('SIGKILL');
    services.clear();
  });
  afterAll(async () => {
    await real?.stop();
  }, LONG);

  async function serve(folder: string, ...more: readonly string[]): Promise<Served> {
    const host = real.environment[kind === 'docker' ? 'DOCKER_HOST' : 'CONTAINER_HOST']!;
    const args = [
      ...['serve', '--listen', '127.0.0.1:0', '--health-listen', '127.0.0.1:0', '--update-interval', '0'],
      ...['--offline', '--checks', 'none', '--observe', kind, '--observe-host', host, ...more],
    ];
    const child = spawn(process.execPath, [drydockEntry(), ...args], {
      cwd: folder,
      // The engine is the one that is named; nothing else tells of it.
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        NODE_COMPILE_CACHE: path.join(projectRoot, 'node_modules/.cache/drydock-test'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    services.add(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece) => {
        text += String(piece);
      });
    }
    const ended = once(child, 'close');
    await Promise.race([
      expect.poll(() => text.includes('"Event":"ready"'), { timeout: 90_000 }).toBe(true),
      ended.then(() => Promise.reject(new Error(`it ended: ${text}`))),
    ]);
    const url = `http://127.0.0.1:${/"port":(\d+)/.exec(text)![1]}`;
    return {
      ...{ url, child },
      async call(method, route, body) {
        const answer = await ask(`${url}${route}`, {
          method,
          ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
        });
        return { status: answer.status, json: answer.body === '' ? undefined : JSON.parse(answer.body) };
      },
      ended: () => ended,
    };
  }

  /** What bears the labels of runs. */
  async function left(): Promise<readonly string[]> {
    const labels = { 'drydock.run': true } as const;
    const [containers, networks, volumes, made] = await Promise.all([
      listContainers(engine, labels),
      listNetworks(engine, labels),
      listVolumes(engine, labels),
      listImages(engine, labels),
    ]);
    return [...containers, ...networks, ...volumes, ...made].map((one) => JSON.stringify(one));
  }

  it('are followed as they go on, and leave a report and nothing else', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    const service = await serve(temporaryFolder(), '--cage', 'default', '--service-scanners', 'drydock');
    const choices = await service.call('GET', '/api/observations/choices');
    expect(choices.json).toEqual({
      ...{ engine: kind, cage: 'default', callRules: ['starter'], serviceScanners: ['drydock'] },
    });
    const { status, json } = await service.call('POST', '/api/observations', { reference: 'web:1', duration: 12 });
    expect(status).toBe(202);
    const events = await readEvents(`${service.url}/api/observations/${json.id}/events`);
    const end = events.at(-1)!;
    expect([end.event, end.data.state, end.data.failure]).toEqual(['end', 'done', undefined]);
    const at = (name: string, part: object): number =>
      events.findIndex(({ event, data }) => {
        return event === name && Object.entries(part).every(([key, value]) => data[key] === value);
      });
    const order = [
      ...[at('state', { state: 'running' }), at('attempt', { number: 1 }), at('tried', { outcome: 'listening' })],
      ...[at('port', { port: 8080 }), at('finding', { id: 'call-preload-written' })],
      // Once it has ended.
      ...[at('step', { step: 'reading what was traced' }), events.length - 1],
    ];
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order[0]).toBeGreaterThanOrEqual(0);

    const { json: report } = await service.call('GET', `/api/images/${json.id}/report`);
    expect(report.image.reference).toBe(`${kind}:web:1`);
    expect(report.observation.ports.map((one: { port: number; state: string }) => [one.port, one.state])).toEqual([
      [9, 'dead'],
      [8080, 'listening'],
    ]);
    expect(report.findings.map(({ id }: { id: string }) => id)).toContain('call-preload-written');
    expect(report.observation.coverage).toMatchObject({ tracer: 'strace', lost: 0 });
    expect(await left()).toEqual([]);
    service.child.kill('SIGTERM');
    await service.ended();
  });

  it('end when somebody wants it, and when the service stops', { timeout: LONG }, async (context) => {
    if (why !== undefined || kind !== 'docker') return context.skip(why ?? 'with Docker alone: it takes long');
    const service = await serve(temporaryFolder());
    const submit = async (): Promise<string> => {
      const { json } = await service.call('POST', '/api/observations', { reference: 'long:1', duration: 200 });
      const url = `${service.url}/api/observations/${json.id}/events`;
      await readEvents(url, {}, (seen) => seen.some(({ event }) => event === 'port'));
      expect((await left()).length).toBeGreaterThan(0);
      return json.id;
    };
    const cancelled = await submit();
    expect((await service.call('DELETE', `/api/observations/${cancelled}`)).status).toBe(202);
    const events = await readEvents(`${service.url}/api/observations/${cancelled}/events`);
    expect(events.at(-1)!.data).toMatchObject({ state: 'failed', failure: expect.stringContaining('cancelled') });
    expect(await left()).toEqual([]);
    await submit();
    service.child.kill('SIGTERM');
    expect(await service.ended()).toEqual([0, null]);
    await expect.poll(left).toEqual([]);
  });

  it('that end with their process are cleaned up, and told as interrupted', { timeout: LONG }, async (context) => {
    if (why !== undefined || kind !== 'docker') return context.skip(why ?? 'with Docker alone: it takes long');
    const folder = temporaryFolder();
    const service = await serve(folder);
    const { json } = await service.call('POST', '/api/observations', { reference: 'long:1', duration: 200 });
    const url = `${service.url}/api/observations/${json.id}/events`;
    await readEvents(url, {}, (seen) => seen.some(({ event }) => event === 'port'));
    service.child.kill('SIGKILL');
    await service.ended();
    const next = await serve(folder);
    await expect.poll(left, { timeout: 60_000 }).toEqual([]);
    const run = async () => (await next.call('GET', `/api/observations/${json.id}`)).json;
    await expect.poll(run).toMatchObject({
      state: 'failed',
      failure: expect.stringContaining('ended in the middle'),
    });
    // It goes on with others.
    const again = await next.call('POST', '/api/observations', { reference: 'nowhere:1' });
    const events = await readEvents(`${next.url}/api/observations/${again.json.id}/events`);
    expect(events.at(-1)!.data.failure).toContain('load its archive');
    next.child.kill('SIGTERM');
    await next.ended();
  });
});
