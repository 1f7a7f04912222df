import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJson } from '../../src/net/container-engine/answers.ts';
import { removeContainer, startContainer } from '../../src/net/container-engine/containers.ts';
import { connectEngine, type Engine } from '../../src/net/container-engine/engine.ts';
import { createNetwork, removeNetwork } from '../../src/net/container-engine/networks.ts';
import { jsonBody } from '../../src/net/container-engine/requests.ts';
import { HostCollector } from '../../src/runtime/topology/host-collector.ts';
import type { HostLook } from '../../src/runtime/topology/report-sequence.ts';
import { whyNoContainers } from '../support/both-engines.ts';
import { askOnce } from '../support/brief-talk.ts';
import { busyboxArchive } from '../support/busybox-image.ts';
import { type RealEngine, startDocker } from '../support/real-engines.ts';
import { temporaryFolder } from '../support/temporary.ts';

const reason = whyNoContainers('dockerd');

/** A server takes connections for as long as it runs; a client that says nothing keeps one open. */
const serve = (port: number): string => `httpd -f -p ${port} -h /srv`;
const hold = (host: string, port: number): string => `while true; do sleep 1000 | nc ${host} ${port}; sleep 0.2; done`;

describe.skipIf(reason !== undefined)(`the map of real containers${reason === undefined ? '' : ` (${reason})`}`, () => {
  let real: RealEngine;
  let engine: Engine;
  let network: string;
  let port: number;
  let collector: HostCollector;
  const containers = new Map<string, string>();
  const sockets: Socket[] = [];

  beforeAll(async () => {
    real = await startDocker();
    const archive = path.join(temporaryFolder(), 'image.tar');
    writeFileSync(archive, busyboxArchive({ tag: 'talk:1' }));
    real.load(archive);
    engine = await connectEngine('docker', { environment: real.environment });
    network = await createNetwork(engine, { name: 'shop', internal: false, labels: {} });
    collector = new HostCollector({
      connect: (signal) => connectEngine('docker', { environment: real.environment, signal }),
    });
  });

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await collector?.stop();
    for (const id of containers.values()) await removeContainer(engine, id);
    if (network !== undefined) await removeNetwork(engine, network);
    await real?.stop();
  });

  async function start(name: string, command: string, published?: number): Promise<string> {
    // That of a test which is tried again.
    const earlier = containers.get(name);
    if (earlier !== undefined) await removeContainer(engine, earlier);
    const response = await engine.request({
      method: 'POST',
      path: `/containers/create?name=${name}`,
      ...jsonBody({
        Image: 'talk:1',
        Cmd: ['sh', '-c', command],
        ...(published !== undefined && { ExposedPorts: { [`${published}/tcp`]: {} } }),
        HostConfig: {
          NetworkMode: 'shop',
          ...(published !== undefined && {
            PortBindings: { [`${published}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: '' }] },
          }),
        },
      }),
    });
    const { Id: id } = (await readJson(response, 'the engine')) as { Id: string };
    containers.set(name, id);
    await startContainer(engine, id);
    return id;
  }

  interface Inspected {
    readonly State: { readonly Pid: number };
    readonly NetworkSettings: { readonly Ports: Readonly<Record<string, readonly { readonly HostPort: string }[]>> };
  }

  async function inspect(name: string): Promise<Inspected> {
    const response = await engine.request({ path: `/containers/${containers.get(name)}/json` });
    return (await readJson(response, 'the engine')) as Inspected;
  }

  /** Waits until a client has its connection, by what the kernel says: what comes before is not the map's to show. */
  async function talks(name: string): Promise<void> {
    const { State } = await inspect(name);
    await expect.poll(() => readFileSync(`/proc/${State.Pid}/net/tcp`, 'utf8')).toMatch(/^ *\d+: \S+ \S+ 01 /m);
  }

  /** `api>db:5432`, of what is between these containers, or comes to them from this machine. */
  function edges({ connections }: HostLook): string[] {
    const names = new Map([...containers].map(([name, id]) => [id, name]));
    return connections
      .flatMap(({ client, server, port: to, guessed }) => {
        const target = names.get(server.container ?? '');
        const source = names.get(client.container ?? '') ?? (client.container === undefined ? 'host' : undefined);
        if (target === undefined && !names.has(client.container ?? '')) return [];
        return [`${source}>${target}:${to}${guessed === true ? '?' : ''}`];
      })
      .sort();
  }

  /** Looks once a second, as the map does. @returns the look that shows it, and how long that took since `begin` */
  async function lookUntil(
    begin: number,
    isThere: (look: HostLook) => boolean,
  ): Promise<{ readonly look: HostLook; readonly looks: number }> {
    for (let looks = 1; ; looks++) {
      const look = await collector.look();
      if (isThere(look) || performance.now() - begin > 60_000) return { look, looks };
      await sleep(1000);
    }
  }

  it('shows every edge in its direction, and no other', async () => {
    await start('db', serve(5432));
    await start('api', `${hold('db', 5432)} & ${serve(8080)}`);
    await start('web', `${hold('api', 8080)} & ${serve(80)}`, 80);
    await start('worker-1', hold('db', 5432));
    port = Number((await inspect('web')).NetworkSettings.Ports['80/tcp']![0]!.HostPort);
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    for (const name of ['api', 'web', 'worker-1']) await talks(name);
    await sleep(500);

    const expected = ['api>db:5432', 'host>web:80', 'web>api:8080', 'worker-1>db:5432'];
    const { look, looks } = await lookUntil(performance.now(), (found) =>
      expected.every((edge) => edges(found).includes(edge)),
    );

    expect(edges(look)).toEqual(expected);
    expect(looks).toBeLessThanOrEqual(2);
    const fromHost = look.connections.find(
      ({ server, client }) => server.container === containers.get('web') && client.container === undefined,
    );
    expect(fromHost).toMatchObject({
      asked: { address: '127.0.0.1', port },
      open: 1,
      client: { process: expect.any(String) },
    });
    const own = look.processes.find(({ id }) => id === fromHost?.client.process);
    expect(own?.pid).toBe(process.pid);
    const toDb = look.connections.find(({ client }) => client.container === containers.get('worker-1'));
    expect(toDb).toMatchObject({ name: 'db', open: 1 });
    const named = (id: string | undefined) => look.processes.find((one) => one.id === id)?.name;
    expect([named(toDb?.client.process), named(toDb?.server.process)]).toEqual(['nc', 'httpd']);
    const web = look.containers.find(({ name }) => name === 'web');
    expect(web?.ports).toEqual([{ protocol: 'tcp', port: 80, published: { address: '127.0.0.1', port } }]);
    const listening = look.listeners.filter(({ container }) => [...containers.values()].includes(container ?? ''));
    expect(listening.map(({ port: own }) => own).sort((a, b) => a - b)).toEqual([80, 5432, 8080]);
  });

  it('shows one that was scaled within two looks', async () => {
    await start('worker-2', hold('db', 5432));
    await talks('worker-2');

    const { look, looks } = await lookUntil(performance.now(), (found) => edges(found).includes('worker-2>db:5432'));

    expect(edges(look)).toContain('worker-2>db:5432');
    expect(looks).toBeLessThanOrEqual(2);
  });

  it('sees one that asks once and is gone after three seconds', async () => {
    const id = await start('job', askOnce('api', 8080));
    await sleep(500);

    const { look } = await lookUntil(performance.now(), (found) => edges(found).includes('job>api:8080'));
    expect(edges(look)).toContain('job>api:8080');
    const seen = look.connections.find(({ client }) => client.container === id);
    expect(seen).toMatchObject({ port: 8080, server: { container: containers.get('api') } });
    expect(seen?.seen).toBeGreaterThanOrEqual(1);

    const { look: after } = await lookUntil(
      performance.now(),
      (found) => found.containers.find((one) => one.id === id)?.state === 'exited',
    );
    expect(after.containers.find((one) => one.id === id)).toMatchObject({ state: 'exited', exitCode: 0 });
    expect(after.processes.some(({ container }) => container === id)).toBe(false);
  });

  it('has nothing left of one that was removed', async () => {
    const id = await start('worker-2', hold('db', 5432));
    await talks('worker-2');
    await removeContainer(engine, id);
    containers.delete('worker-2');
    await sleep(500);

    const { look, looks } = await lookUntil(
      performance.now(),
      (found) => !found.containers.some((one) => one.id === id),
    );

    expect(looks).toBeLessThanOrEqual(2);
    expect(look.containers.some((one) => one.id === id)).toBe(false);
    expect(
      look.connections.filter(
        ({ client }) =>
          client.container === id &&
          client.process !== undefined &&
          look.processes.some((one) => one.id === client.process),
      ),
    ).toEqual([]);
  });
});
