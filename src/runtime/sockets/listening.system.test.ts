import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NetworkNamespace, networkNamespace, whyNoNamespace } from '../../../test/support/network-namespace.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { makePackage, makeView } from '../../../test/support/view.ts';
import type { ObservedPort } from '../../model/observation.ts';
import { type HostRelay, startHostRelay } from '../inside/host-relay.ts';
import { PackagePlaces } from '../package-places.ts';
import { readExposedPorts } from './exposed-ports.ts';
import { joinPorts } from './join-ports.ts';
import { type ListeningSocket, readListening } from './listening.ts';
import { localProc, type ProcReader } from './proc-reader.ts';

/** Sockets of all kinds that a process can have. */
const odd = `
  const net = require('node:net');
  const dgram = require('node:dgram');
  net.createServer().listen(7001, '::1');
  net.createServer().listen({ port: 7002, host: '::', ipv6Only: true });
  net.createServer().listen(7003, '::');
  dgram.createSocket('udp4').bind(7004);
  dgram.createSocket({ type: 'udp6', ipv6Only: true }).bind(7005);
  const client = dgram.createSocket('udp4');
  client.connect(7004, '127.0.0.1'); // is no server
  net.createServer().listen(7006, '127.0.0.1', () => net.connect(7006, '127.0.0.1'));
`;

/** A parent that makes a socket and three children that accept on it. */
const prefork = `
import os, socket, time
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', 7100))
s.listen(5)
for _ in range(3):
    if os.fork() == 0:
        time.sleep(1000)
time.sleep(1000)
`;

const why = whyNoNamespace('ss', 'python3', 'redis-server', 'memcached', 'nginx');

describe.skipIf(why !== undefined)(`what listens in a network namespace${why === undefined ? '' : ` (${why})`}`, () => {
  let space: NetworkNamespace;
  let host: HostRelay;
  const ended = new AbortController();
  const folder = temporaryFolder();
  const python = spawnSync('python3', ['-c', 'import os, sys; print(os.path.realpath(sys.executable))'], {
    encoding: 'utf8',
  }).stdout.trim();
  const dropped = path.join(folder, 'dropped');

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    space = await networkNamespace();
    mkdirSync(path.join(folder, 'nginx'));
    writeFileSync(
      path.join(folder, 'nginx.conf'),
      `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; worker_processes 2; events {}
       http { access_log off; client_body_temp_path ${folder}/nginx; server { listen 80; listen [::]:80; } server { listen 127.0.0.1:8081 reuseport; } }`,
    );
    writeFileSync(path.join(folder, 'prefork.py'), prefork);
    space.start('redis-server', ['--port', '6379', '--bind', '0.0.0.0', '--save', '', '--dir', folder]);
    space.start('memcached', ['-u', 'nobody', '-l', '127.0.0.1', '-U', '11211']);
    space.start('nginx', ['-p', folder, '-e', `${folder}/error.log`, '-c', path.join(folder, 'nginx.conf')]);
    space.start(python, ['-m', 'http.server', '8000'], { cwd: folder });
    space.start(python, ['prefork.py'], { cwd: folder });
    space.start(process.execPath, ['-e', odd]);
    copyFileSync('/usr/bin/redis-server', dropped);
    chmodSync(dropped, 0o755);
    space.start(dropped, ['--port', '7200', '--bind', '127.0.0.1', '--save', '', '--dir', folder]);
    for (const port of [6379, 11_211, 80, 8081, 8000, 7100, 7001, 7002, 7003, 7006, 7200]) await space.listens(port);
    for (const port of [11_211, 7004, 7005]) await space.listens(port, 'udp');
    rmSync(dropped);
    // Workers of nginx and of ours come after the socket.
    await sleep(300);
    host = await startHostRelay(space.pid, undefined, { signal: ended.signal, environment: process.env });
  });
  afterAll(() => {
    host.relay.close();
    space.stop();
  });

  const read = async (reader: ProcReader = host.relay): Promise<readonly ListeningSocket[]> => {
    const tables = reader === host.relay ? '/proc/self/net' : `/proc/${space.pid}/net`;
    const { sockets, gaps } = await readListening({ reader, tables, namespaces: { network: host.namespaces.network } });
    expect(gaps).toEqual([]);
    return sockets;
  };

  it('is what ss says, with the processes', async () => {
    const sockets = await read();

    const listed = sockets.map(({ protocol, address, port, owner }) => `${protocol} ${address}:${port} ${owner?.pid}`);
    expect([...new Set(listed)].sort()).toEqual(bySs(space));
    expect(listed.length).toBeGreaterThan(14);
  });

  it('is the same read by this process and through the relay', async () => {
    expect(await read(localProc)).toEqual(await read());
  });

  const socketAt = async (port: number, family: 4 | 6 = 4): Promise<ListeningSocket> =>
    (await read()).find((socket) => socket.port === port && socket.family === family)!;

  it('belongs to the parent where several share it', async () => {
    const shared = await socketAt(7100);
    const nginx = await socketAt(80);

    expect([shared.holders, shared.owner?.arguments.at(-1)]).toEqual([4, 'prefork.py']);
    expect(
      spawnSync('pgrep', ['-P', String(shared.owner!.pid)], { encoding: 'utf8' })
        .stdout.trim()
        .split('\n'),
    ).toHaveLength(3);
    expect(nginx.holders).toBe(3);
    expect(nginx.owner?.arguments[0]).toMatch(/^nginx: master process/);
  });

  it.each([
    ['0.0.0.0', 6379, 4, false, undefined],
    ['127.0.0.1', 11_211, 4, true, undefined],
    ['::1', 7001, 6, true, undefined],
    ['::', 7003, 6, false, true],
    // The socket that has the port for IPv4 tells that this one has not.
    ['::', 80, 6, false, undefined],
  ] as const)('is known by its address: %s %d', async (address, port, family, localOnly, alsoV4) => {
    const socket = await socketAt(port, family);

    expect([socket.address, socket.localOnly, socket.alsoV4]).toEqual([address, localOnly, alsoV4]);
  });

  it('is told with package, user, script, and what is gone', async () => {
    const files: Readonly<Record<string, string>> = {
      'usr/bin/redis-check-rdb': 'redis-tools',
      'usr/bin/memcached': 'memcached:amd64',
      'usr/sbin/nginx': 'nginx',
    };
    const redis = (await socketAt(6379)).owner!.executable!.slice(1);
    const view = makeView({
      packages: [
        makePackage('redis-tools', '5:8.0.2-3'),
        makePackage('memcached', '1.6.38-1', { arch: 'amd64' }),
        makePackage('nginx', '9.9.9', { type: 'npm' }),
        makePackage('nginx', '1.26.3-3'),
      ],
      ownerOf: (file) => (file === redis ? 'redis-tools' : files[file]),
    });
    const exposed = readExposedPorts({ '80': {}, '8080/tcp': {}, '11211/udp': {}, '53/udp': {} });

    const ports = joinPorts(await read(), exposed, {
      places: new PackagePlaces(view),
      userName: (uid) => (uid === 65_534 ? 'nobody' : undefined),
    });

    const at = (port: number, protocol = 'tcp'): ObservedPort =>
      ports.find((one) => one.port === port && one.protocol === protocol)!;
    expect(at(80)).toMatchObject({
      addresses: ['0.0.0.0', '::'],
      declared: true,
      state: 'listening',
      localOnly: false,
      process: 'nginx',
      executable: '/usr/sbin/nginx',
      uid: 0,
      package: { name: 'nginx', version: '1.26.3-3' },
    });
    expect(at(6379)).toMatchObject({ declared: false, package: { name: 'redis-tools', version: '5:8.0.2-3' } });
    expect(at(11_211)).toMatchObject({
      localOnly: true,
      uid: 65_534,
      user: 'nobody',
      package: { name: 'memcached' },
      declared: false,
    });
    expect(at(11_211, 'udp')).toMatchObject({ declared: true, state: 'listening' });
    expect(at(8080)).toEqual({
      protocol: 'tcp',
      port: 8080,
      addresses: [],
      declared: true,
      state: 'dead',
      localOnly: false,
    });
    expect(at(53, 'udp').state).toBe('dead');
    expect(at(8000)).toMatchObject({ script: 'http.server', executable: python });
    expect(at(7100)).toMatchObject({ script: path.join(folder, 'prefork.py') });
    expect(at(7003).addresses).toEqual(['0.0.0.0', '::']);
    expect(at(7200)).toMatchObject({ executable: dropped, gone: 'deleted' });
    expect(at(7200).package).toBeUndefined();
    // Two workers with a socket each are one port.
    expect(ports.filter(({ port }) => port === 8081)).toHaveLength(1);
  });
});

/** Each address of `ss -lntup` with the lowest of its processes: parents come before their children. */
function bySs(space: NetworkNamespace): string[] {
  const lines = space.run('ss', ['-H', '-lntup']).trim().split('\n');
  const listed = lines.map((line) => {
    const [protocol = '', , , , local = ''] = line.split(/\s+/);
    const pids = [...line.matchAll(/pid=(\d+)/g)].map((found) => Number(found[1]));
    const at = local.lastIndexOf(':');
    // `*` is a socket on :: that takes IPv4, too; what stands behind % is an interface.
    const address = local
      .slice(0, at)
      .replace(/^\[|\]$|%.*$/g, '')
      .replace('*', '::');
    return `${protocol} ${address}:${local.slice(at + 1)} ${Math.min(...pids)}`;
  });
  return [...new Set(listed)].sort();
}

describe('sockets of a table', () => {
  const line = (address: string, port: string, inode: number): string =>
    `   0: ${address}:${port} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 100 0 0 10 0\n`;
  const reader = (files: Readonly<Record<string, string>>): ProcReader => ({
    look: ({ path: place }) => Promise.resolve(files[place] === undefined ? undefined : Buffer.from(files[place])),
  });
  const process7 = {
    '/proc': 'self\x007\x00net',
    '/proc/7/fd': '3\0socket:[5]\x004\0socket:[5]\x005\0socket:[99]',
    '/proc/7/status': 'Name:\tx\nPPid:\t0\nUid:\t1\t1\t1\t1\n',
  };

  it('leave out the name server of Docker, which no process of the container has', async () => {
    const tables = { '/proc/self/net/tcp': `heading\n${line('0B00007F', '9C40', 4)}${line('0B00007F', '0035', 5)}` };

    const { sockets, gaps } = await readListening({ reader: reader({ ...tables, ...process7 }) });

    expect(sockets.map(({ port, owner, holders }) => [port, owner?.pid, holders])).toEqual([[53, 7, 1]]);
    expect(gaps).toEqual([]);
  });

  it('say what was not seen', async () => {
    const tables = { '/proc/self/net/tcp': `heading\nnonsense\n${line('00000000', '0050', 6)}` };

    const { sockets, gaps } = await readListening({ reader: reader({ ...tables, ...process7 }) });

    expect(sockets).toHaveLength(1);
    expect(gaps).toEqual([
      '1 lines of the tcp sockets could not be read',
      'of 1 sockets no process could be seen that holds them',
    ]);
    expect(await readListening({ reader: reader({}) })).toEqual({
      sockets: [],
      gaps: ['the tables of sockets could not be read'],
      blind: true,
    });
  });

  it('on :: take IPv6 alone where the kernel says so for all', async () => {
    const v6 = `   0: ${'0'.repeat(32)}:0050 ${'0'.repeat(32)}:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5 1 0 100 0 0 10 0\n`;
    const files = { '/proc/self/net/tcp6': `heading\n${v6}`, ...process7 };

    const both = await readListening({ reader: reader(files) });
    const alone = await readListening({ reader: reader({ ...files, '/proc/sys/net/ipv6/bindv6only': '1\n' }) });

    expect([both.sockets[0]?.alsoV4, alone.sockets[0]?.alsoV4]).toEqual([true, undefined]);
  });
});
