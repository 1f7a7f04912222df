import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NetworkNamespace, networkNamespace, whyNoNamespace } from '../../../test/support/network-namespace.ts';
import { readNames, readText } from '../sockets/proc-reader.ts';
import { EnterError, type HostRelay, startHostRelay } from './host-relay.ts';
import { RelayError } from './relay-client.ts';

/** Services inside the namespace: what they do is told by their port. */
const services = `
  const net = require('node:net');
  const dgram = require('node:dgram');
  const serve = (port, take, host = '::') => net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    take(socket);
  }).listen(port, host);
  serve(7001, (socket) => socket.pipe(socket));
  serve(7002, (socket) => socket.end('hello'));
  serve(7003, (socket) => { // a gigabyte, or as much of it as is taken
    const piece = Buffer.alloc(1 << 20, 'x');
    let left = 1024;
    const go = () => { while (left-- > 0 && socket.write(piece)); if (left < 0) socket.end(); };
    socket.on('drain', go);
    go();
  });
  serve(7004, () => {}); // never says anything
  serve(7005, (socket) => socket.resetAndDestroy());
  serve(7006, (socket) => { // takes all, then says how much it was
    let bytes = 0;
    const hash = require('node:crypto').createHash('sha256');
    socket.on('data', (chunk) => { bytes += chunk.length; hash.update(chunk); });
    socket.on('end', () => socket.end(bytes + ' ' + hash.digest('hex')));
  });
  serve(7007, (socket) => { socket.pause(); }); // takes nothing
  serve(7009, (socket) => socket.pipe(socket), '127.0.0.1');
  const udp = dgram.createSocket('udp4');
  udp.on('message', (message, from) => udp.send(Buffer.concat([Buffer.from('got '), message]), from.port, from.address));
  udp.bind(7008, '127.0.0.1');
`;

const why = whyNoNamespace();

describe.skipIf(why !== undefined)(`a relay into a network namespace${why === undefined ? '' : ` (${why})`}`, () => {
  let space: NetworkNamespace;
  let host: HostRelay;
  const ended = new AbortController();
  const signal = ended.signal;

  beforeAll(async () => {
    space = await networkNamespace();
    space.start(process.execPath, ['-e', services]);
    await space.listens(7009);
    await space.listens(7008, 'udp');
    host = await startHostRelay(space.pid, undefined, { signal, environment: process.env });
  });
  afterAll(() => {
    host.relay.close();
    space.stop();
  });

  const dial = (port: number, protocol: 'tcp' | 'udp' = 'tcp'): Promise<Duplex> =>
    host.relay.dial(protocol, '127.0.0.1', port, signal);

  it('is in that namespace, and not in ours', () => {
    expect(host.relay.about.network).toBe(space.run('readlink', ['/proc/self/ns/net']).trim());
    expect(host.relay.about.network).toBe(host.namespaces.network);
    expect(host.relay.about.pid).toBeGreaterThan(1);
  });

  it('carries bytes both ways, and the end of each', async () => {
    const echo = await dial(7001);
    echo.end('there and back');

    expect(await text(echo)).toBe('there and back');
    expect(await text(await dial(7002))).toBe('hello');
  });

  it('takes a thousand connections one after the other', async () => {
    for (let count = 0; count < 1000; count++) {
      const stream = await dial(7001);
      stream.end(String(count));

      expect(await text(stream)).toBe(String(count));
    }
  });

  it('takes 64 at a time', async () => {
    const body = Buffer.alloc(300_000, 'y');
    const answers = await Promise.all(
      Array.from({ length: 64 }, async () => {
        const stream = await dial(7001);
        stream.end(body);
        return await buffer(stream);
      }),
    );

    expect(answers.every((answer) => answer.equals(body))).toBe(true);
  });

  it('has a limit of connections, and goes on behind it', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 300 }, () => dial(7004)));
    const open = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = tries.flatMap((one) =>
      one.status === 'rejected' ? [(one.reason as NodeJS.ErrnoException).code] : [],
    );
    for (const stream of open) stream.destroy();

    expect([open.length, new Set(refused)]).toEqual([256, new Set(['EMFILE'])]);
    expect(await text(await dial(7002))).toBe('hello');
  });

  it('brings a gigabyte, and holds little of it at a time', async () => {
    const before = process.memoryUsage().rss;
    const stream = await dial(7003);
    let bytes = 0;
    let most = 0;
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length;
      most = Math.max(most, process.memoryUsage.rss());
    }

    expect(bytes).toBe(2 ** 30);
    expect(most - before).toBeLessThan(150 * 2 ** 20);
  });

  it('stops what nobody reads', async () => {
    const stream = await dial(7003);
    const memoryOf = (pid: number): number =>
      Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
    await sleep(1000);
    const relayMemory = memoryOf(host.relay.about.pid);
    stream.destroy();

    expect(stream.readableLength).toBeLessThan(600_000);
    expect(relayMemory).toBeLessThan(250_000);
    expect(await text(await dial(7002))).toBe('hello');
  });

  it('sends as much as is taken, in order', async () => {
    const body = Buffer.from(Array.from({ length: 5_000_000 }, (_, index) => (index * 7919) & 0xff));
    const stream = await dial(7006);
    stream.end(body);

    expect(await text(stream)).toBe(`${body.length} ${createHash('sha256').update(body).digest('hex')}`);
  });

  it('makes who writes wait for who takes nothing', async () => {
    const stream = await dial(7007);
    let written = 0;
    const piece = Buffer.alloc(256 * 1024);
    for (;;) {
      const done = new Promise<string>((resolve) => stream.write(piece, () => resolve('done')));
      if ((await Promise.race([done, sleep(1500, 'late')])) === 'late') break;
      written += piece.length;
    }
    stream.destroy();

    // What the kernel holds on both sides, and one window.
    expect(written).toBeLessThan(32 * 2 ** 20);
  });

  it('carries datagrams one by one', async () => {
    const stream = await dial(7008, 'udp');
    stream.write('one');
    stream.write('two');
    const answers: string[] = [];
    for await (const message of stream) if (answers.push(String(message)) === 2) break;

    expect(answers).toEqual(['got one', 'got two']);
  });

  it('says that a datagram is too large', async () => {
    const stream = await dial(7008, 'udp');
    const failed = once(stream, 'error');
    stream.write(Buffer.alloc(65_508));

    expect(((await failed) as [NodeJS.ErrnoException])[0].code).toMatch(/EMSGSIZE/);
  });

  it.each([
    ['tcp', '127.0.0.1', 7999, 'ECONNREFUSED'],
    ['tcp', '::1', 7009, 'ECONNREFUSED'],
    ['tcp', '10.255.255.1', 80, 'ENETUNREACH'],
    ['tcp', 'localhost', 80, 'EINVAL'],
    ['tcp', '127.0.0.1', 0, 'EINVAL'],
    ['tcp', '127.0.0.1', 65_536, 'EINVAL'],
  ] as const)('tells why there is no connection: %s %s %d', async (protocol, address, port, code) => {
    await expect(host.relay.dial(protocol, address, port, signal)).rejects.toMatchObject({ code });
  });

  it('tells of nobody at a UDP port when something is sent there', async () => {
    const stream = await dial(7998, 'udp');
    const failed = once(stream, 'error');
    stream.write('x');

    expect(((await failed) as [NodeJS.ErrnoException])[0].code).toBe('ECONNREFUSED');
  });

  it('tells of a connection that is reset', async () => {
    // It may be reset before it is known to stand.
    await expect(dial(7005).then(text)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('gives up when it is told to', async () => {
    await expect(host.relay.dial('tcp', '127.0.0.1', 7002, AbortSignal.abort(new Error('no more')))).rejects.toThrow(
      'no more',
    );
  });

  it('looks at /proc, and at nothing else', async () => {
    const { relay } = host;

    expect(await readText(relay, '/proc/self/status', 6)).toBe('Name:\t');
    expect(await readNames(relay, '/proc/self/task', 1000)).toContain(String(relay.about.pid));
    expect(await readText(relay, '/proc/self/net/tcp', 100_000)).toMatch(/: 0100007F:1B61 00000000:0000 0A /);
    expect(await readText(relay, '/etc/passwd', 100)).toBeUndefined();
    expect(await readText(relay, '/proc/self/root/../../etc/passwd', 100)).toBeUndefined();
    expect(await readText(relay, '/proc/none', 100)).toBeUndefined();
  });

  it('lets other programs into the namespace', () => {
    const [program, ...args] = host.enter as [string, ...string[]];

    expect(space.run(program, [...args, 'readlink', '/proc/self/ns/net']).trim()).toBe(host.namespaces.network);
  });

  it('takes all connections with it when it dies', async () => {
    const other = await startHostRelay(space.pid, undefined, { signal, environment: process.env });
    const stream = await other.relay.dial('tcp', '127.0.0.1', 7004, signal);
    const failed = once(stream, 'error');
    process.kill(other.relay.about.pid, 'SIGKILL');

    expect(((await failed) as [Error])[0]).toBeInstanceOf(RelayError);
    expect(await other.relay.ended).toBeInstanceOf(RelayError);
    await expect(other.relay.dial('tcp', '127.0.0.1', 7002, signal)).rejects.toBeInstanceOf(RelayError);
  });

  it('ends with whoever started it', async () => {
    const other = await startHostRelay(space.pid, undefined, { signal, environment: process.env });
    other.relay.close();

    expect(await other.relay.ended).toBeUndefined();
    for (let tries = 0; tries < 3000 && isThere(other.relay.about.pid); tries++) await sleep(20);
    expect(isThere(other.relay.about.pid)).toBe(false);
  });

  it.each([
    [2 ** 22 + 1, undefined, /none of this machine/],
    [process.pid, 'f'.repeat(64), /none of that container/],
  ])('is not started for process %d of container %s', async (pid, container, reason) => {
    const started = startHostRelay(pid, container, { signal, environment: process.env });

    await expect(started).rejects.toThrow(EnterError);
    await expect(started).rejects.toThrow(reason);
  });
});

/** A process that has ended is there until it is asked about. */
function isThere(pid: number): boolean {
  try {
    return !/\nState:\tZ/.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
