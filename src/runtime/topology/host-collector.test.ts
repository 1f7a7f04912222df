import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type FakeAnswer, startFakeEngine } from '../../../test/support/fake-engine.ts';
import { ProcTree } from '../../../test/support/proc-tree.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { connectEngine } from '../../net/container-engine/engine.ts';
import { HostCollector } from './host-collector.ts';
import type { HostLook } from './report-sequence.ts';

const web = 'a'.repeat(64);
const db = 'b'.repeat(64);

function described(id: string, name: string, pid: number, address: string, more: object = {}): FakeAnswer {
  return {
    json: {
      Id: id,
      Name: `/${name}`,
      Image: `sha256:${'c'.repeat(64)}`,
      ImageManifestDescriptor: { digest: `sha256:${'d'.repeat(64)}`, size: 500 },
      State: { Status: 'running', Running: true, Pid: pid },
      Config: { Image: `${name}:1`, Env: ['TOKEN=1'], Labels: {} },
      HostConfig: {},
      NetworkSettings: { Networks: { shop: { IPAddress: address, Aliases: [name, id.slice(0, 12)] } }, ...more },
    },
  };
}

async function world(): Promise<{ tree: ProcTree; collector: HostCollector; look: () => Promise<HostLook> }> {
  const tree = new ProcTree(path.join(temporaryFolder(), 'proc'));
  const engine = await startFakeEngine({
    answers: {
      '/containers/json?all=true&filters={"label":[]}': { json: [] },
      [`/containers/${web}/json`]: described(web, 'web', 100, '10.1.0.2', {
        Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] },
      }),
      [`/containers/${db}/json`]: described(db, 'db', 200, '10.1.0.3'),
    },
  });
  // Whatever the list is asked with.
  const list = [web, db].map((Id) => ({ Id, State: 'running' }));
  const collector = new HostCollector({
    connect: async (signal) => {
      const found = await connectEngine('docker', { environment: engine.environment, signal });
      const request: typeof found.request = async (call) =>
        call.path.startsWith('/containers/json')
          ? ({ status: 200, header: () => undefined, body: bytes(JSON.stringify(list)), discard: () => {} } as never)
          : await found.request(call);
      return { ...found, request };
    },
    proc: tree.folder,
    groups: '/nowhere',
    host: { id: 'h', name: 'here', addresses: ['192.0.2.1'] },
    addresses: () => ['192.0.2.1', '10.1.0.1'],
  });
  return { tree, collector, look: () => collector.look() };
}

async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

/** `web>db:5432` */
function edges({ connections, processes }: HostLook): string[] {
  const name = ({ process, container, host, address }: HostLook['connections'][number]['client']): string => {
    const found = processes.find(({ id }) => id === process)?.name;
    const whose = container === undefined ? (host === true ? 'host' : undefined) : container === web ? 'web' : 'db';
    return [whose, found].filter((word) => word !== undefined).join('/') || address;
  };
  return connections
    .map((one) => `${name(one.client)}>${name(one.server)}:${one.port}${one.guessed ? '?' : ''}`)
    .sort();
}

describe('a look at a host', () => {
  test('tells the manifest of an image that its engine calls by the digest of an index', async () => {
    const { tree, look } = await world();
    tree.add({ pid: 100, name: 'nginx', network: 2, container: web, innerPid: 1 });

    const { containers } = await look();

    expect(containers.find(({ id }) => id === web)?.image).toEqual({
      id: `sha256:${'c'.repeat(64)}`,
      reference: 'web:1',
      manifest: `sha256:${'d'.repeat(64)}`,
    });
  });

  test('joins both ends of a connection, and tells who listens as the server', async () => {
    const { tree, collector, look } = await world();
    tree.add({
      pid: 100,
      name: 'nginx',
      executable: '/usr/sbin/nginx',
      network: 2,
      container: web,
      innerPid: 1,
      sockets: [11, 12],
    });
    tree.setSockets(100, [
      { local: '0.0.0.0:80', inode: 11 },
      { local: '10.1.0.2:40000', remote: '10.1.0.3:5432', inode: 12 },
    ]);
    tree.add({
      pid: 200,
      name: 'postgres',
      executable: '/usr/bin/postgres',
      network: 3,
      container: db,
      innerPid: 1,
      sockets: [21],
    });
    tree.add({ pid: 201, parent: 200, name: 'postgres', network: 3, container: db, innerPid: 7, sockets: [21, 22] });
    tree.setSockets(200, [
      { local: '0.0.0.0:5432', inode: 21 },
      { local: '10.1.0.3:5432', remote: '10.1.0.2:40000', inode: 22 },
    ]);

    const found = await look();
    await collector.stop();

    expect(edges(found)).toEqual(['web/nginx>db/postgres:5432']);
    expect(found.connections[0]).toMatchObject({ open: 1, seen: 1, name: 'db', by: 'sockets' });
    expect(found.connections[0]?.server.process).toBe('h;200;2000');
    expect(found.listeners.map(({ id }) => id)).toEqual(['aaaaaaaaaaaa;tcp;80', 'bbbbbbbbbbbb;tcp;5432']);
    expect(found.containers[0]).not.toHaveProperty('environment');
    expect(found.blindSpots).toEqual([]);
  });

  test('tells one socket of a pool by how many there are', async () => {
    const { tree, collector, look } = await world();
    const ports = Array.from({ length: 50 }, (_, at) => 40_000 + at);
    tree.add({ pid: 100, name: 'app', network: 2, container: web, sockets: ports });
    tree.setSockets(
      100,
      ports.map((port) => ({ local: `10.1.0.2:${port}`, remote: '10.1.0.3:5432', inode: port })),
    );

    const first = await look();
    tree.setSockets(100, [{ local: '10.1.0.2:40000', remote: '10.1.0.3:5432', inode: 40_000 }]);
    const second = await look();
    await collector.stop();

    expect(first.connections).toHaveLength(1);
    expect(first.connections[0]).toMatchObject({ open: 50, seen: 50 });
    expect(second.connections[0]).toMatchObject({ id: first.connections[0]!.id, open: 1, seen: 50 });
  });

  test.each([
    ['by the address of the host', 1, '10.1.0.1'],
    ['by the loopback of the host', 1, '127.0.0.1'],
    ['from another container', 3, '192.0.2.1'],
  ])('follows a published port to its container: %s', async (_, network, asked) => {
    const { tree, collector, look } = await world();
    tree.add({ pid: 100, name: 'nginx', network: 2, container: web, sockets: [11] });
    tree.setSockets(100, [{ local: '0.0.0.0:80', inode: 11 }]);
    const isHost = network === 1;
    tree.add({ pid: 300, name: 'curl', network, ...(!isHost && { container: db }), sockets: [31] });
    const own = isHost ? asked : '10.1.0.3';
    tree.setSockets(isHost ? 'self' : 300, [{ local: `${own}:41000`, remote: `${asked}:8080`, inode: 31 }]);

    const found = await look();
    await collector.stop();

    expect(edges(found)).toEqual([`${isHost ? '' : 'db/'}curl>web/nginx:80`]);
    expect(found.connections[0]?.asked).toEqual({ address: asked, port: 8080 });
  });

  // The file that runs, the root in which the host has one of that name, and whether it is seen through.
  test.each([
    ['the proxy of an engine', '/', {}, true],
    ['none that only its own root has', '/nowhere', {}, false],
    ['none of another file', '/', { executable: '/proc/self/exe' }, false],
    ['none that is numbered by a container', '/', { innerPid: 7 }, false],
  ])('sees through %s, and tells its half no second time', async (_, root, more, isProxy) => {
    const { tree, collector, look } = await world();
    const proxy = path.join(temporaryFolder(), 'docker-proxy');
    writeFileSync(proxy, '');
    tree.add({ pid: 1, parent: 0, name: 'init' });
    symlinkSync(root, path.join(tree.folder, '1', 'root'));
    tree.add({ pid: 100, name: 'nginx', network: 2, container: web, sockets: [11, 12] });
    tree.setSockets(100, [
      { local: '0.0.0.0:80', inode: 11 },
      { local: '10.1.0.2:80', remote: '10.1.0.1:50000', inode: 12 },
    ]);
    tree.add({ pid: 400, name: 'docker-proxy', executable: proxy, ...more, sockets: [41, 42, 43] });
    tree.setSockets('self', [
      { local: '0.0.0.0:8080', inode: 41 },
      { local: '192.0.2.1:8080', remote: '198.51.100.7:51000', inode: 42 },
      { local: '10.1.0.1:50000', remote: '10.1.0.2:80', inode: 43 },
    ]);

    const found = await look();
    await collector.stop();

    const told = ['198.51.100.7>docker-proxy:8080', 'docker-proxy>web/nginx:80'];
    expect(edges(found)).toEqual(isProxy ? ['198.51.100.7>web/nginx:80'] : told);
    expect(found.listeners.some(({ port }) => port === 8080)).toBe(!isProxy);
  });

  test('sees one that is closed already, once', async () => {
    const { tree, collector, look } = await world();
    tree.add({ pid: 100, name: 'nginx', network: 2, container: web, sockets: [11] });
    tree.setSockets(100, [
      { local: '0.0.0.0:80', inode: 11 },
      { local: '10.1.0.2:80', remote: '10.1.0.3:45000', state: '06', inode: 0 },
    ]);

    const first = await look();
    const second = await look();
    await collector.stop();

    expect(edges(first)).toEqual(['db>web/nginx:80']);
    expect(first.connections[0]).toMatchObject({ open: 0, seen: 1 });
    expect(second.connections[0]).toMatchObject({ open: 0, seen: 1 });
  });

  test('says that it guesses where nobody listens any more, the same from both ends', async () => {
    const { tree, collector, look } = await world();
    tree.add({ pid: 100, name: 'nc', network: 2, container: web, sockets: [12] });
    tree.setSockets(100, [{ local: '10.1.0.2:40000', remote: '10.1.0.3:5432', inode: 12 }]);
    tree.add({ pid: 200, name: 'nc', network: 3, container: db, sockets: [22] });
    tree.setSockets(200, [{ local: '10.1.0.3:5432', remote: '10.1.0.2:40000', inode: 22 }]);

    const found = await look();
    await collector.stop();

    expect(edges(found)).toEqual(['web/nc>db/nc:5432?']);
  });

  test('takes from the table of tracked connections what no look saw', async () => {
    const { tree, collector, look } = await world();
    tree.add({ pid: 100, name: 'nginx', network: 2, container: web, sockets: [11] });
    tree.setSockets(100, [{ local: '0.0.0.0:80', inode: 11 }]);
    tree.setConntrack(
      'ipv4     2 tcp      6 431999 ESTABLISHED src=198.51.100.9 dst=192.0.2.1 sport=50001 dport=8080 src=10.1.0.2 dst=198.51.100.9 sport=80 dport=50001 [ASSURED] mark=0 use=1\n' +
        'ipv4     2 tcp      6 100 SYN_SENT src=10.1.0.3 dst=203.0.113.1 sport=50002 dport=81 [UNREPLIED] src=203.0.113.1 dst=10.1.0.3 sport=81 dport=50002 mark=0 use=1\n' +
        'nonsense\n',
    );

    const found = await look();
    await collector.stop();

    expect(edges(found)).toEqual(['198.51.100.9>web/nginx:80']);
    expect(found.connections[0]).toMatchObject({ by: 'conntrack', asked: { address: '192.0.2.1', port: 8080 } });
  });

  test('knows a process that became another program, and one whose number came again', async () => {
    const { tree, collector, look } = await world();
    tree.add({ pid: 100, name: 'sh', executable: '/bin/sh', container: web });
    const first = await look();
    tree.remove(100);
    tree.add({ pid: 100, name: 'nginx', executable: '/usr/sbin/nginx', container: web });
    const second = await look();
    tree.remove(100);
    tree.add({ pid: 100, start: 5, name: 'other', executable: '/tmp/x (deleted)', container: web });
    const third = await look();
    await collector.stop();

    expect(first.processes).toMatchObject([{ id: 'h;100;1000', executable: '/bin/sh', container: web }]);
    expect(second.processes).toMatchObject([{ id: 'h;100;1000', executable: '/usr/sbin/nginx' }]);
    expect(third.processes).toMatchObject([{ id: 'h;100;5', executable: '/tmp/x', drift: 'deleted' }]);
  });

  test('says what it cannot see, and throws nothing', async () => {
    const collector = new HostCollector({
      connect: async () => {
        throw new Error('nobody is there');
      },
      proc: path.join(temporaryFolder(), 'nothing'),
      groups: '/nowhere',
      host: { id: 'h', name: 'here', addresses: [] },
      addresses: () => [],
    });

    const found = await collector.look();
    await collector.stop();

    expect(found.blindSpots).toEqual([
      'containers are not told: nobody is there',
      'processes and connections are not told: /proc cannot be read',
    ]);
  });
});
