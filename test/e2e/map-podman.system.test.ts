import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJson } from '../../src/net/container-engine/answers.ts';
import { inspectContainer, removeContainer, startContainer } from '../../src/net/container-engine/containers.ts';
import { connectEngine, type Engine } from '../../src/net/container-engine/engine.ts';
import { createNetwork, removeNetwork } from '../../src/net/container-engine/networks.ts';
import { jsonBody } from '../../src/net/container-engine/requests.ts';
import { HostCollector } from '../../src/runtime/topology/host-collector.ts';
import type { HostLook } from '../../src/runtime/topology/report-sequence.ts';
import { engineWith, runningEngines, whyNoContainers } from '../support/both-engines.ts';
import { askOnce } from '../support/brief-talk.ts';
import type { RealEngine } from '../support/real-engines.ts';

const reason = whyNoContainers('podman');
const podman = runningEngines.find(({ kind }) => kind === 'podman')!;

const serve = (port: number): string => `httpd -f -p ${port} -h /srv`;
const hold = (host: string, port: number): string => `while true; do sleep 1000 | nc ${host} ${port}; sleep 0.2; done`;

describe.skipIf(reason !== undefined)(
  `the map of containers of Podman${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let real: RealEngine;
    let engine: Engine;
    let network: string;
    let collector: HostCollector;
    const containers = new Map<string, string>();

    beforeAll(async () => {
      ({ real, engine } = await engineWith(podman, { tag: 'talk:1' }));
      network = await createNetwork(engine, { name: 'shop', internal: true, labels: {} });
      collector = new HostCollector({
        connect: (signal) => connectEngine('podman', { environment: real.environment, signal }),
      });
    });

    afterAll(async () => {
      await collector?.stop();
      // Whoever has the network of another one goes first.
      for (const id of [...containers.values()].reverse()) await removeContainer(engine, id);
      if (network !== undefined) await removeNetwork(engine, network);
      await real?.stop();
    });

    /** @returns its address */
    async function start(name: string, command: string, mode = 'shop'): Promise<string> {
      const response = await engine.request({
        method: 'POST',
        path: `/containers/create?name=${name}`,
        ...jsonBody({ Image: 'talk:1', Cmd: ['sh', '-c', command], HostConfig: { NetworkMode: mode } }),
      });
      const { Id: id } = (await readJson(response, 'the engine')) as { Id: string };
      containers.set(name, id);
      await startContainer(engine, id);
      const { networks } = await inspectContainer(engine, id);
      return Object.values(networks)[0]?.address ?? '';
    }

    /** `api>db:5432`, of what is between these containers. */
    function edges({ connections }: HostLook): string[] {
      const names = new Map([...containers].map(([name, id]) => [id, name]));
      return connections
        .filter(({ server }) => names.has(server.container ?? ''))
        .map(({ client, server, port, guessed }) => {
          const source = names.get(client.container ?? '') ?? 'other';
          return `${source}>${names.get(server.container!)}:${port}${guessed === true ? '?' : ''}`;
        })
        .sort();
    }

    /** Looks once a second, as the map does. */
    async function lookUntil(isThere: (look: HostLook) => boolean): Promise<HostLook> {
      const until = performance.now() + 60_000;
      for (;;) {
        const look = await collector.look();
        if (isThere(look) || performance.now() > until) return look;
        await sleep(1000);
      }
    }

    // What is gone after three seconds is looked for once a second: a machine that stands for so long misses it.
    it('shows who talks to whom, and one that was gone after three seconds', { retry: 2 }, async () => {
      for (const id of [...containers.values()].reverse()) await removeContainer(engine, id);
      containers.clear();
      const db = await start('db', serve(5432));
      const api = await start('api', `${hold(db, 5432)} & ${serve(8080)}`);
      await start('web', `${hold(api, 8080)} & ${serve(80)}`);
      await start('worker', hold(db, 5432));
      // As containers of a pod are, it is in the network of another one.
      await start('sidecar', hold(db, 5432), `container:${containers.get('web')}`);
      const lasting = ['api>db:5432', 'sidecar>db:5432', 'web>api:8080', 'worker>db:5432'];

      // Podman tells of a container a moment after its processes are seen.
      const look = await lookUntil((found) => lasting.every((edge) => edges(found).includes(edge)));
      expect(edges(look)).toEqual(lasting);
      expect(look.containers.map(({ name }) => name).sort()).toEqual([...containers.keys()].sort());
      const toDb = look.connections.find(({ client }) => client.container === containers.get('sidecar'));
      const named = (id: string | undefined) => look.processes.find((one) => one.id === id)?.name;
      expect([named(toDb?.client.process), named(toDb?.server.process)]).toEqual(['nc', 'httpd']);
      expect(toDb).toMatchObject({ name: 'db', open: 1 });

      await start('job', askOnce(api, 8080));
      const job = containers.get('job');
      const asked = await lookUntil((found) => edges(found).includes('job>api:8080'));
      expect(edges(asked)).toEqual([...lasting, 'job>api:8080'].sort());
      const stateIn = ({ containers: all }: HostLook) => all.find(({ id }) => id === job)?.state;
      const after = await lookUntil((found) => stateIn(found) !== 'running');
      // It still tells whom it asked, and that nothing of it is open.
      expect([stateIn(after), edges(after)]).toEqual(['exited', edges(asked)]);
      expect(after.connections.find(({ client }) => client.container === job)).toMatchObject({ open: 0 });
      expect(after.processes.some(({ container }) => container === job)).toBe(false);
    });
  },
);
