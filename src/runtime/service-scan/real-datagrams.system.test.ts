import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import path from 'node:path';
import { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../test/support/free-port.ts';
import { file, folderFor, start, stopAll } from '../../../test/support/look-at-service.ts';
import { loopbackTarget, observedPort, serviceBudget } from '../../../test/support/loopback-services.ts';
import { whyNoProgram } from '../../../test/support/real-services.ts';
import { dialPort } from '../inside/dial-port.ts';
import { insideProgram } from '../inside/inside-program.ts';
import { openRelay, type Relay } from '../inside/relay-client.ts';
import { isServiceFinding } from './merge-findings.ts';
import { readProbes } from './probes/read-probes.ts';
import { probeScanner } from './scan-services.ts';

/** The same way as into a container, into the network of this machine. */
let relay: Relay;
let child: ChildProcess;
const read = await readProbes();
const overUdp = read.probes.filter(({ transport }) => transport === 'udp');
const scanner = probeScanner(read);

beforeAll(async () => {
  child = spawn(process.execPath, [insideProgram('relay')], { stdio: ['pipe', 'pipe', 'ignore'] });
  const stream = Duplex.from({ readable: child.stdout!, writable: child.stdin! });
  relay = await openRelay(stream, { signal: new AbortController().signal });
});
afterEach(stopAll);
afterAll(() => {
  relay.close();
  child.kill();
});

interface Seen {
  readonly name: string;
  readonly ids: readonly string[];
  readonly problems: readonly string[];
}

async function look(port: number, process?: string): Promise<Seen> {
  const observed = observedPort(port, { protocol: 'udp', ...(process !== undefined && { process }) });
  const target = { ...loopbackTarget([observed]), dial: dialPort.bind(undefined, relay) };
  const seen = { name: '', ids: [] as string[], problems: [] as string[] };
  for await (const item of scanner.scan(target, serviceBudget())) {
    if (!('kind' in item)) seen.problems.push(item.message);
    else if (isServiceFinding(item)) seen.ids.push(item.id.replace(/^service\./, ''));
    else
      seen.name = [item.protocol, item.name, item.product, item.version].filter((part) => part !== undefined).join(' ');
  }
  return { ...seen, ids: seen.ids.toSorted() };
}

describe('services over UDP', () => {
  it('have these probes, which the tests below are about', () => {
    expect(overUdp.map(({ id }) => id).toSorted()).toEqual([
      ...['dns-recursion-open', 'dns-version-udp', 'memcached-udp-open', 'ntp-monitoring-open', 'ntp-variables-open'],
      ...['snmp-private', 'snmp-public'],
    ]);
  });

  it.skipIf(whyNoProgram('memcached'))('memcached is open, and floods others', async () => {
    const port = await freePort();
    await start('memcached', ['-u', 'nobody', '-l', '127.0.0.1', '-p', String(port), '-U', String(port)], port);
    const { name, ids } = await look(port);
    expect(name).toMatch(/^udp memcached memcached 1\./);
    expect(ids).toEqual(['memcached-udp-open']);
  });

  it.skipIf(whyNoProgram('dnsmasq'))('dnsmasq tells its version and resolves for everybody', async () => {
    const port = await freePort();
    const common = [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--pid-file=',
      '--user=nobody',
      '--no-resolv',
      '--no-hosts',
    ];
    const bound = ['--listen-address=127.0.0.1', '--bind-interfaces', `--port=${port}`];
    await start('dnsmasq', [...common, ...bound, '--address=/localhost/127.0.0.1'], port);
    expect(await look(port)).toMatchObject({
      name: expect.stringMatching(/^udp dns dnsmasq 2\./),
      ids: ['dns-recursion-open', 'dns-version-udp'],
    });
  });

  it.skipIf(whyNoProgram('snmpd'))('snmpd takes the community public, or another one', async () => {
    const run = async (community: string): Promise<number> => {
      const port = await freePort();
      const { folder } = folderFor('nobody');
      const conf = file(folder, 'snmpd.conf', `rocommunity ${community}\nsysDescr Linux test\n`);
      const addresses = `udp:127.0.0.1:${port},tcp:127.0.0.1:${port}`;
      const env = { SNMP_PERSISTENT_DIR: folder };
      await start('snmpd', ['-f', '-Lo', '-C', '-c', conf, '-p', path.join(folder, 'pid'), addresses], port, { env });
      return port;
    };
    expect(await look(await run('public'))).toEqual({ name: 'udp snmp', ids: ['snmp-public'], problems: [] });
    expect(await look(await run('private'))).toMatchObject({ name: 'udp snmp', ids: ['snmp-private'] });
    expect(await look(await run('Vb7longandrandom2Kq'))).toEqual({ name: 'udp snmp', ids: [], problems: [] });
  });

  it('that answer nothing, or send back what they get, are told as unknown', async () => {
    for (const speak of [false, true]) {
      const socket = createSocket('udp4');
      socket.on('message', (message, { port, address }) => {
        if (speak) socket.send(message, port, address);
      });
      await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
      const { name, ids, problems } = await look(socket.address().port);
      socket.close();
      expect([name, ids]).toEqual(['', []]);
      expect(problems).toEqual([expect.stringMatching(/^udp \d+: it answered none of \d+ protocols over UDP$/)]);
    }
  });

  // RFC 9327 and ntpd's ntp_request.h: mode 6 tells variables, mode 7 whom it knows. Debian's server has no mode 7.
  it.each<[string, (question: Buffer) => Buffer | undefined, readonly string[]]>([
    [
      'tell all',
      (question) => {
        if ((question[0]! & 7) === 6) {
          const text = Buffer.from('version="ntpd 4.2.6p5", processor="x86_64", system="Linux/5.10"');
          return Buffer.concat([Buffer.from([0x16, 0x82, 0, 1, 0, 0, 0, 0, 0, 0, 0, text.length]), text]);
        }
        return Buffer.concat([Buffer.from([0xd7, 0, 3, 0x2a, 0, 6, 0, 72]), Buffer.alloc(432)]);
      },
      ['ntp-monitoring-open', 'ntp-variables-open'],
    ],
    [
      'refuse',
      (question) => ((question[0]! & 7) === 7 ? Buffer.from([0x97, 0, 3, 0x2a, 0x40, 0, 0, 0]) : undefined),
      [],
    ],
  ])('time servers that %s', async (_, answer, expected) => {
    const socket = createSocket('udp4');
    socket.on('message', (message, { port, address }) => {
      const isTime = (message[0]! & 7) === 3 && message.length === 48;
      const time = Buffer.concat([
        Buffer.from([0x24, 2, 6, 0xe8]),
        Buffer.alloc(20),
        message.subarray(40, 48),
        Buffer.alloc(16),
      ]);
      const said = isTime ? time : (message[0]! & 7) >= 6 ? answer(message) : undefined;
      if (said !== undefined) socket.send(said, port, address);
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const { name, ids } = await look(socket.address().port, 'ntpd');
    socket.close();
    expect([name, ids]).toEqual(['udp ntp', expected]);
  });
});
