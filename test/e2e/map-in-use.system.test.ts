import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContainer, removeContainer, startContainer } from '../../src/net/container-engine/containers.ts';
import { connectEngine, type Engine } from '../../src/net/container-engine/engine.ts';
import type { NodeDetails } from '../../src/server/map/details-schema.ts';
import type { MapNode, MapSnapshot } from '../../src/server/map/map-schema.ts';
import { runningEngines, whyNoContainers } from '../support/both-engines.ts';
import { busyboxArchive, busyboxProgram } from '../support/busybox-image.ts';
import { type DatabasePackage, dpkgStatus } from '../support/databases.ts';
import { closePageServices, type PageService, startPageService } from '../support/page-service.ts';
import type { RealEngine } from '../support/real-engines.ts';
import { runDrydock } from '../support/run.ts';
import { ask } from '../support/service.ts';
import { writeTemporary } from '../support/temporary.ts';

const LONG = 300_000;

/** One that runs, one of which the entry point reads a file and is done, one that nobody uses. */
const packages: readonly DatabasePackage[] = [
  { name: 'util-linux', version: '2.38.1-5', files: ['usr/sbin/busybox-good'] },
  { name: 'libssl3', version: '3.0.17-1~deb12u3', source: 'openssl', files: ['usr/share/ssl/data'] },
  { name: 'perl-base', version: '5.36.0-7', source: 'perl', files: ['usr/bin/perl'] },
];

const image = busyboxArchive({
  tag: 'shop:1',
  config: {
    Cmd: ['sh', '-c', 'cat /usr/share/ssl/data >/dev/null; exec /usr/sbin/busybox-good httpd -f -p 8080 -h /srv'],
  },
  entries: [
    { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
    { path: 'var/lib/dpkg/status', content: dpkgStatus(packages) },
    ...packages.map(({ name, files = [] }) => ({
      path: `var/lib/dpkg/info/${name}.list`,
      content: `/.\n/usr\n${files.map((file) => `/${file}\n`).join('')}`,
    })),
    { path: 'usr/sbin/busybox-good', content: busyboxProgram(), mode: 0o755 },
    { path: 'usr/share/ssl/data', content: 'as the package brought it' },
    { path: 'usr/bin/perl', content: 'as the package brought it', mode: 0o755 },
  ],
});

describe.each(runningEngines)('the colour of a container of $title', ({ kind, program, start }) => {
  const why = whyNoContainers(program);
  let real: RealEngine;
  let engine: Engine;
  let service: PageService;
  let container: string | undefined;

  beforeAll(async () => {
    if (why !== undefined) return;
    real = await start();
    real.load(writeTemporary('shop.tar', image));
    engine = await connectEngine(kind, { environment: real.environment });
    const setting = kind === 'docker' ? 'DOCKER_HOST' : 'CONTAINER_HOST';
    service = await startPageService({
      advisories: true,
      flags: ['--map', kind, '--observe', kind, '--observe-host', real.environment[setting]!],
      environment: { [setting]: real.environment[setting]! },
    });
  }, LONG);
  afterAll(async () => {
    if (container !== undefined) await removeContainer(engine, container);
    await closePageServices();
    await real?.stop();
  }, LONG);

  const call = async <T>(method: string, route: string, body?: object): Promise<T> => {
    const answer = await ask(`${service.url}${route}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
    expect(answer.status, answer.body).toBeLessThan(300);
    return JSON.parse(answer.body) as T;
  };
  const node = async (): Promise<MapNode | undefined> => {
    const { nodes } = await call<MapSnapshot>('GET', '/api/map?view=containers');
    return nodes.find(({ id }) => container !== undefined && id.includes(container.slice(0, 12)));
  };
  const colour = async () => {
    const { worst, installed } = (await node()) ?? {};
    return `${worst?.severity ?? 'none'} in ${worst?.package ?? 'nothing'} of ${installed ?? 'nothing'}`;
  };

  /**
   * With one engine the service runs the image, with the other one whoever sits at the machine.
   * @returns the image that the run became in the service, if any
   */
  async function observe(): Promise<string | undefined> {
    if (kind === 'docker') {
      return (await call<{ id: string }>('POST', '/api/observations', { reference: 'shop:1', duration: 1 })).id;
    }
    const flags = ['--engine', kind, '--duration', '1s', '--offline', '--checks', 'none', '-f', 'json'];
    const { status, stderr } = await runDrydock(['observe', 'shop:1', ...flags], {
      environment: { ...real.environment, HOME: path.dirname(service.store) },
      timeout: LONG,
    });
    expect(status, stderr).toBe(0);
    return undefined;
  }

  it('is of what runs, and follows a run that was watched', { timeout: LONG }, async (context) => {
    if (why !== undefined) return context.skip(why);
    await service.fill([{ name: 'shop.tar', bytes: image }]);
    if (container !== undefined) await removeContainer(engine, container);
    const { id } = await createContainer(engine, { image: 'shop:1', name: 'shop', network: 'none' });
    container = id;
    await startContainer(engine, id);

    // What is stored is enough: the program that runs is of util-linux.
    await expect.poll(colour).toBe('low in util-linux of high');
    const before = await call<NodeDetails>('GET', `/api/map/nodes/${encodeURIComponent((await node())!.id)}`);
    const stored = (await call<{ images: { id: string }[] }>('GET', '/api/images')).images[0]!.id;
    expect([before.imagePage, before.observedRun]).toEqual([stored, undefined]);
    expect(before.findings.map(({ package: name, use, observed }) => [name, use[0]?.file, observed])).toEqual([
      ['util-linux', '/usr/sbin/busybox-good', undefined],
    ]);

    const place = `/api/images/${stored}/containers`;
    expect(await call('GET', place)).toMatchObject({ count: 1, running: 1, containers: [{ label: 'shop' }] });

    const run = await observe();
    await expect.poll(colour, { timeout: 120_000 }).toBe('high in libssl3 of high');
    const after = await call<NodeDetails>('GET', `/api/map/nodes/${encodeURIComponent((await node())!.id)}`);
    expect([after.imagePage, after.observedRun?.page]).toEqual([stored, run]);
    expect(
      after.findings.map(({ package: name, use, observed }) => [name, use[0]?.file, observed?.use, observed?.files]),
    ).toEqual([
      ['libssl3', undefined, 'opened', ['/usr/share/ssl/data']],
      ['util-linux', '/usr/sbin/busybox-good', 'listening', ['/usr/sbin/busybox-good']],
    ]);
  });
});
