import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type FakeAnswer, startFakeEngine } from '../../../test/support/fake-engine.ts';
import { ProcTree, type ProcTreeProcess } from '../../../test/support/proc-tree.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { connectEngine } from '../../net/container-engine/engine.ts';
import { HostCollector } from './host-collector.ts';
import type { HostLook } from './report-sequence.ts';

const web = 'a'.repeat(64);
const shared = 'b'.repeat(64);

function described(id: string, pid: number, more: object): FakeAnswer {
  return { json: { Id: id, Name: `/${id[0]}`, State: { Status: 'running', Running: true, Pid: pid }, ...more } };
}

/**
 * A look at this machine with an engine of two containers: one publishes a port, the other has the network of its host. Here
 * process 100 is what the test says; process 300 talks to the address of the first one, to its port, and to that of the other.
 */
async function lookAt(way: 'unix' | 'tcp', process: Partial<ProcTreeProcess>): Promise<HostLook> {
  const engine = await startFakeEngine({
    answers: {
      '/containers/json?all=1&filters={"label":[]}': { json: [web, shared].map((Id) => ({ Id, State: 'running' })) },
      [`/containers/${web}/json`]: described(web, 100, {
        NetworkSettings: {
          Networks: { shop: { IPAddress: '10.1.0.2' } },
          Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] },
        },
      }),
      [`/containers/${shared}/json`]: described(shared, 200, { HostConfig: { NetworkMode: 'host' } }),
    },
  });
  const forwarder = createServer((socket) => {
    const other = connect(engine.socket);
    for (const [from, to] of [
      [socket, other],
      [other, socket],
    ] as const)
      from.on('error', () => to.destroy()).pipe(to);
  }).listen(0, '127.0.0.1');
  await once(forwarder, 'listening');
  const { port } = forwarder.address() as AddressInfo;
  const tcp = { DOCKER_HOST: `tcp://127.0.0.1:${port}`, HOME: '/dev/null' };
  const environment = way === 'tcp' ? tcp : engine.environment;

  const tree = new ProcTree(path.join(temporaryFolder(), 'proc'));
  tree.add({ pid: 100, name: 'nginx', network: 2, sockets: [11], ...process });
  tree.setSockets(100, [{ local: '0.0.0.0:80', inode: 11 }]);
  tree.add({ pid: 300, name: 'curl', sockets: [31, 32] });
  tree.setSockets('self', [
    { local: '10.1.0.1:41000', remote: '10.1.0.2:80', inode: 31 },
    { local: '127.0.0.1:41001', remote: '127.0.0.1:8080', inode: 32 },
  ]);
  const collector = new HostCollector({
    connect: (signal) => connectEngine('docker', { environment, signal }),
    proc: tree.folder,
    groups: '/nowhere',
    host: { id: 'h', name: 'here', addresses: ['192.0.2.1'] },
    addresses: () => ['192.0.2.1', '10.1.0.1'],
  });
  const look = await collector.look();
  await collector.stop();
  forwarder.close();
  await engine.close();
  return look;
}

/** Whose process 100 is, who is talked to, and what is not told. */
function told({ containers, processes, connections, blindSpots }: HostLook): object {
  const servers = connections.map(({ server }) => server.container?.[0] ?? server.address);
  const place = processes.find(({ pid }) => pid === 100)?.container?.[0];
  return { containers: containers.length, place, servers: [...new Set(servers)], blindSpots };
}

const elsewhere =
  'what runs in containers, and who talks to whom there, is not told: the engine is of another machine, or of a virtual one, as no process of this one is in one of its containers';

test.each([
  ['a socket of this machine, by the number', 'unix', {}, { place: 'a', servers: ['a'], blindSpots: [] }],
  [
    'a network: the same number is another process',
    'tcp',
    {},
    { place: undefined, servers: ['10.1.0.2', '127.0.0.1'], blindSpots: [elsewhere] },
  ],
  [
    'a network, and one of its containers is here',
    'tcp',
    { container: web, innerPid: 1 },
    { place: 'a', servers: ['a'], blindSpots: [] },
  ],
] as const)('an engine that is asked by %s', async (_, way, process, expected) => {
  expect(told(await lookAt(way, process))).toEqual({ containers: 2, ...expected });
});
