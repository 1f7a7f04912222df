import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { readNetTable } from '../sockets/net-table.ts';
import { ConnectionTable, type JoinedConnection } from './connection-table.ts';
import { ConntrackTable } from './conntrack.ts';
import { kernelAddress, plainAddress } from './kernel-address.ts';
import { MANY, MANY_PUBLIC } from './many-addresses.ts';
import { PathSet } from './path-set.ts';
import { groupOf, parseStat, readExecutableLink } from './process-reading.ts';
import { SocketTable } from './socket-table.ts';
import { isWritten } from './upper-folder.ts';

describe('/proc/PID/stat', () => {
  test.each([
    ['sh', '1 (sh) S 7 1 1 0 -1 4194560 0 0 0 0 3 4 0 0 20 0 2 0 99 0 250 0', 'sh'],
    [
      'a name with brackets and blanks',
      '1 (a) R 8 (b) S 7 1 1 0 -1 4194560 0 0 0 0 3 4 0 0 20 0 2 0 99 0 250 0',
      'a) R 8 (b',
    ],
    ['an empty name', '1 () S 7 1 1 0 -1 4194560 0 0 0 0 3 4 0 0 20 0 2 0 99 0 250 0', ''],
  ])('is read: %s', (_, text, name) => {
    expect(parseStat(text)).toEqual({
      name,
      parent: 7,
      start: 99,
      ticks: 7,
      threads: 2,
      residentPages: 250,
      isKernel: false,
    });
  });

  test.each(['', '1', '1 (x', ')(', '1 (x) S', '1 (x) S a b c d e f g h i j k l m n o p q r s t'])(
    'is refused: %j',
    (text) => {
      expect(parseStat(text)).toBeUndefined();
    },
  );
});

describe('the name of a control group', () => {
  const id = '0123456789abcdef'.repeat(4);

  test.each([
    ['version 2 under systemd', `0::/system.slice/docker-${id}.scope`, id],
    ['version 1', `4:memory:/docker/${id}\n1:name=systemd:/docker/${id}`, id],
    ['Podman', `0::/machine.slice/libpod-${id}.scope/container`, id],
    ['one in another', `0::/docker/${'f'.repeat(64)}/docker/${id}`, id],
    ['too long', `0::/docker/${id}0`, undefined],
    ['none', '0::/user.slice', undefined],
  ])('%s', (_, text, expected) => expect(groupOf(text)).toBe(expected));
});

describe('the link to a program', () => {
  test.each([
    ['/usr/bin/x', { executable: '/usr/bin/x' }],
    ['/usr/bin/x (deleted)', { executable: '/usr/bin/x', gone: 'deleted' }],
    ['/memfd:x (deleted)', { executable: '/memfd:x', gone: 'memory' }],
    [undefined, {}],
    ['pipe:[1]', {}],
  ])('%s', (link, expected) => expect(readExecutableLink(link)).toEqual(expected));
});

describe('a table of sockets', () => {
  const head = 'heading\n';
  const row =
    '   0: 0200010A:9C40 0300010A:1538 01 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000\n';

  test('is read as the kernel writes it', () => {
    expect([...new SocketTable('tcp').read(Buffer.from(head + row))]).toEqual([
      {
        protocol: 'tcp',
        address: '10.1.0.2',
        port: 40_000,
        remoteAddress: '10.1.0.3',
        remotePort: 5432,
        state: 1,
        inode: 4711,
      },
    ]);
  });

  test('gives the same object for as long as nothing changes', () => {
    const table = new SocketTable('tcp');
    const [first] = table.read(Buffer.from(head + row));
    const [second] = table.read(Buffer.from(head + row));
    const [third] = table.read(Buffer.from(head + row.replace('4711', '4712')));

    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test('is the same as for who looks for those that listen', () => {
    const random = seededRandom(7);
    const lines = Array.from({ length: 200 }, (_, at) => {
      const address = (digits: number): string => random.of('0123456789ABCDEF', digits);
      const digits = random.pick([8, 32]);
      return `${at}: ${address(digits)}:${address(4)} ${'0'.repeat(digits)}:0000 0A 00000000:00000000 00:00000000 00000000 0 0 ${random.below(1e9)} 1 0\n`;
    });
    const ours = [...new SocketTable('tcp').read(Buffer.from(head + lines.join('')))];
    const others = readNetTable('tcp6', head + lines.join('')).entries;

    expect(ours).toHaveLength(200);
    expect(ours.map(({ port, inode }) => [port, inode])).toEqual(others.map(({ port, inode }) => [port, inode]));
    expect(ours.map(({ address }) => address)).toEqual(others.map(({ address }) => plainAddress(address)));
  });

  test('of nonsense has no rows, and throws nothing', () => {
    const random = seededRandom(3);
    for (let count = 0; count < 300; count++) {
      const bytes = Buffer.from(row);
      for (let changes = 0; changes < 6; changes++) bytes[random.below(bytes.length)] = random.below(256);
      const rows = [...new SocketTable('tcp').read(Buffer.concat([Buffer.from(head), bytes, random.bytes(50)]))];
      for (const { port, inode } of rows) expect(port >= 0 && port < 65_536 && Number.isSafeInteger(inode)).toBe(true);
    }
    expect([...new SocketTable('tcp').read(undefined)]).toEqual([]);
    expect([...new SocketTable('tcp').read(Buffer.from('x'.repeat(10_000)))]).toEqual([]);
  });
});

test('addresses of the kernel', () => {
  expect(kernelAddress('0100007F')).toBe('127.0.0.1');
  expect(kernelAddress('0000000000000000FFFF00000200010A')).toBe('10.1.0.2');
  expect(kernelAddress('00000000000000000000000001000000')).toBe('::1');
  expect(kernelAddress('B80D0120000000000000000001000000')).toBe('2001:db8::1');
  expect(kernelAddress('01')).toBeUndefined();
});

test('tracked connections of nonsense are none', () => {
  const random = seededRandom(5);
  const good =
    'ipv4     2 tcp      6 9 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 [ASSURED] mark=0 use=1\n';
  const table = new ConntrackTable();
  expect([...table.read(good)]).toHaveLength(1);
  for (let count = 0; count < 300; count++) {
    const bytes = Buffer.from(good);
    for (let changes = 0; changes < 5; changes++) bytes[random.below(bytes.length)] = random.below(256);
    expect([...table.read(bytes.toString('latin1'))].length).toBeLessThanOrEqual(2);
  }
});

describe('what a container wrote', () => {
  test('is told by the upper folder of its overlay, and no link leads out of that', () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'tmp'));
    writeFileSync(path.join(folder, 'tmp', 'miner'), '');
    symlinkSync('/etc', path.join(folder, 'out'));
    symlinkSync('/etc/passwd', path.join(folder, 'link'));

    expect(isWritten(folder, '/tmp/miner')).toBe(true);
    expect(isWritten(folder, '/usr/bin/env')).toBe(false);
    expect(isWritten(folder, '/out/passwd')).toBe(false);
    expect(isWritten(folder, '/link')).toBe(false);
    expect(isWritten(folder, '/tmp/../tmp/miner')).toBe(false);
  });
});

test('a set of paths says what is in it, also once it was written down', () => {
  const random = seededRandom(11);
  const paths = Array.from({ length: 5000 }, () => `/usr/${random.of('abcdef/', 20)}`);
  const set = PathSet.of(paths);
  const again = PathSet.fromText(set.toText())!;

  expect(paths.every((one) => set.has(one) && again.has(one))).toBe(true);
  const others = Array.from({ length: 5000 }, () => `/opt/${random.of('abcdef/', 20)}`);
  expect(others.some((one) => set.has(one))).toBe(false);
  expect(PathSet.fromText('AAAA')).toBeUndefined();
});

describe('connections, added up', () => {
  const one = (client: string, more: Partial<JoinedConnection> = {}): JoinedConnection => ({
    tuple: `${client}>web`,
    protocol: 'tcp',
    client: { address: client },
    server: { container: 'web', address: '10.1.0.2' },
    port: 80,
    isOpen: true,
    by: 'sockets',
    guessed: false,
    ...more,
  });

  test('tell a hundred outside addresses apart, and the rest together', () => {
    const table = new ConnectionTable();
    const clients = Array.from({ length: 5000 }, (_, at) => `9.51.${at >> 8}.${at & 255}`);

    const told = table.look(
      clients.map((client) => one(client)),
      0,
    );

    expect(told).toHaveLength(101);
    expect(told.find(({ client }) => client.address === MANY_PUBLIC)?.open).toBe(4900);
    expect(
      table.look(
        [...clients, '10.9.8.7'].map((client) => one(client)),
        1000,
      ),
    ).toHaveLength(102);
    expect(table.look([one('10.9.8.7')], 2000).find(({ client }) => client.address === MANY)?.open).toBe(1);
  });

  test('tell others apart once those of before are forgotten, also where one stays', () => {
    const table = new ConnectionTable();
    const other = one('10.1.0.3', { client: { process: 'p', container: 'c', address: '10.1.0.3' } });
    const clients = Array.from({ length: 150 }, (_, at) => one(`9.9.9.${at}`));
    table.look([other, ...clients], 0);
    for (let minute = 1; minute < 12; minute++) table.look([other], minute * 60_000);

    const told = table.look([other, one('9.8.7.6')], 12 * 60_000);

    expect(told.map(({ client }) => client.address)).toEqual(['10.1.0.3', '9.8.7.6']);
  });

  test('stay for ten seconds, and are counted on when they come again', () => {
    const table = new ConnectionTable();
    expect(table.look([one('a')], 0)).toMatchObject([{ open: 1, seen: 1 }]);
    expect(table.look([], 5000)).toMatchObject([{ open: 0, seen: 1 }]);
    expect(table.look([], 15_000)).toEqual([]);
    expect(table.look([one('a')], 20_000)).toMatchObject([{ open: 1, seen: 2 }]);
  });

  test('keep the process that was known while it was open', () => {
    const table = new ConnectionTable();
    const known = one('10.1.0.3', { client: { process: 'p', container: 'c', address: '10.1.0.3' } });
    table.look([known], 0);

    const after = table.look(
      [one('10.1.0.3', { isOpen: false, client: { container: 'c', address: '10.1.0.3' } })],
      1000,
    );

    expect(after).toMatchObject([{ client: { process: 'p' }, open: 0, seen: 1 }]);
  });

  test('move to the process once it is found', () => {
    const table = new ConnectionTable();
    table.look([one('10.1.0.3', { client: { container: 'c', address: '10.1.0.3' } })], 0);

    const after = table.look(
      [one('10.1.0.3', { client: { process: 'p', container: 'c', address: '10.1.0.3' } })],
      1000,
    );

    expect(after).toMatchObject([{ client: { process: 'p' }, open: 1, seen: 1 }]);
  });
});
