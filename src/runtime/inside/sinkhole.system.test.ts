import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { duplexPair } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NetworkNamespace, networkNamespace, whyNoNamespace } from '../../../test/support/network-namespace.ts';
import { type HostRelay, startHostRelay } from './host-relay.ts';
import { insideProgram } from './inside-program.ts';
import { answerDns, readHttp, readQuestion, readServerName } from './sinkhole.ts';
import { SinkholeLog } from './sinkhole-log.ts';

/** A question as a resolver sends it. */
function question(name: string, type: number): Buffer {
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')]);
  const tail = Buffer.alloc(5);
  tail.writeUInt16BE(type, 1);
  tail.writeUInt16BE(1, 3);
  return Buffer.concat([Buffer.from('1234010000010000000000', 'hex'), Buffer.alloc(1), ...labels, tail]);
}

describe('a question to the sinkhole', () => {
  it.each([
    ['evil.example', 1, 'evil.example', 'A'],
    ['_x._tcp.example', 33, '_x._tcp.example', 'SRV'],
    ['a\x1b[31m.example', 16, 'a\\027[31m.example', 'TXT'],
    ['b\\c d', 4242, 'b\\092c\\032d', 'TYPE4242'],
  ])('is read: %j', (name, type, read, word) => {
    expect(readQuestion(question(name, type))).toMatchObject({ name: read, type: word });
  });

  it('is none in answers, in pieces, and with pointers', () => {
    const asked = question('evil.example', 1);
    const answer = Buffer.from(asked);
    answer.writeUInt8(0x81, 2);
    const pointer = Buffer.from(asked);
    pointer.writeUInt8(0xc0, 12);

    expect([answer, pointer, asked.subarray(0, 20), Buffer.alloc(0)].map(readQuestion)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('never breaks it, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const message = Buffer.from(bytes);
        const read = readQuestion(message);
        if (read !== undefined) expect(answerDns(message, read, { v4: '10.0.0.1' }).length).toBeGreaterThan(12);
        readServerName(message);
        readHttp(message);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a TLS client', () => {
  it('is told by the name it wants', async () => {
    const [ours, theirs] = duplexPair();
    const client = connectTls({ socket: ours, servername: 'pool.example', rejectUnauthorized: false });
    client.on('error', () => {});
    const hello = await new Promise<Buffer>((resolve) => theirs.once('data', resolve));
    client.destroy();

    expect(readServerName(hello)).toBe('pool.example');
    expect(readServerName(hello.subarray(0, 60))).toBeUndefined();
    expect(readServerName(Buffer.from('GET / HTTP/1.1\r\n'))).toBeUndefined();
  });
});

describe('a request', () => {
  it.each([
    [
      'GET /a HTTP/1.1\r\nUser-Agent: x\r\nHost: c2.example:80\r\n\r\n',
      { request: 'GET /a HTTP/1.1', host: 'c2.example:80' },
    ],
    ['POST http://x/ HTTP/1.0\n', { request: 'POST http://x/ HTTP/1.0' }],
    ['{"id":1,"method":"mining.subscribe"}\n', undefined],
    ['GET /', undefined],
  ])('is read: %j', (text, expected) => {
    expect(readHttp(Buffer.from(text))).toEqual(expected);
  });
});

describe('what a sinkhole tells', () => {
  it('is counted by name and port, and bounded', () => {
    const log = new SinkholeLog();
    const lines = [
      '{"event":"dns","at":1,"from":"10.0.0.2","name":"b.example","type":"A"}',
      '{"event":"dns","at":2,"from":"10.0.0.2","name":"b.example","type":"AAAA"}',
      '{"event":"connection","at":3,"from":"x","protocol":"tcp","port":443,"bytes":1,"first":"","serverName":"b.example"}',
      '{"event":"connection","at":3,"from":"x","protocol":"tcp","port":80,"bytes":1,"first":"","http":{"request":"GET / HTTP/1.1","host":"a.example:80"}}',
      '{"event":"connection","at":3,"from":"x","protocol":"tcp","port":4444,"bytes":1,"first":""}',
      '{"event":"dropped","count":7}',
      'nonsense',
      '{"event":"dns"}',
      'x'.repeat(10_000),
      '{"event":"dns","at":1,"from":"10.0.0.2","name":"last.example","type":"A"}',
    ].join('\n');
    for (let at = 0; at <= lines.length; at += 100) log.add(lines.slice(at, at + 100));
    log.add('\n');

    expect(log.contacts()).toEqual([
      { port: 4444, count: 1 },
      { name: 'a.example', port: 80, count: 1 },
      { name: 'b.example', count: 2 },
      { name: 'b.example', port: 443, count: 1 },
      { name: 'last.example', count: 1 },
    ]);
    expect(log.gaps).toEqual([expect.stringMatching(/^10 questions and connections /)]);
  });
});

const why = whyNoNamespace();

describe.skipIf(why !== undefined)(`a sinkhole that runs${why === undefined ? '' : ` (${why})`}`, () => {
  let space: NetworkNamespace;
  let host: HostRelay;
  const log = new SinkholeLog();
  const signal = new AbortController().signal;

  beforeAll(async () => {
    space = await networkNamespace();
    // An address that is none of loopback, as a container has one.
    space.run('ip', ['link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1']);
    space.run('ip', ['addr', 'add', '10.9.8.7/24', 'dev', 'v0']);
    for (const end of ['v0', 'v1']) space.run('ip', ['link', 'set', end, 'up']);
    const child = spawn(
      'nsenter',
      ['-t', String(space.pid), '-n', process.execPath, insideProgram('sinkhole'), '12345'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    space.adopt(child);
    child.stdout.setEncoding('utf8').on('data', (text: string) => log.add(text));
    const { ports } = await log.ready;
    expect(ports).toEqual(expect.arrayContaining([53, 80, 443, 3333, 12_345]));
    host = await startHostRelay(space.pid, undefined, { signal, environment: process.env });
  });
  afterAll(() => {
    host.relay.close();
    space.stop();
  });

  const dial = (port: number) => host.relay.dial('tcp', '127.0.0.1', port, signal);
  const seen = async (wanted: object): Promise<void> => {
    for (let tries = 0; tries < 1200; tries++) {
      if (
        log.events.some((event) =>
          Object.entries(wanted).every(
            ([key, value]) =>
              JSON.stringify((event as unknown as Record<string, unknown>)[key]) === JSON.stringify(value),
          ),
        )
      )
        return;
      await sleep(50);
    }
    expect(log.events).toContainEqual(expect.objectContaining(wanted));
  };

  it('answers HTTP, and whatever begins so', async () => {
    const stream = await dial(8080);
    stream.write('GET /x HTTP/1.1\r\nHost: c2.example\r\n');
    await sleep(20);
    stream.write(`Cookie: ${'y'.repeat(3000)}\r\n\r`);
    stream.write('\n');
    const answer = await new Promise<Buffer>((resolve) => stream.once('data', resolve));

    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Length: 0\r\n/);
    await seen({ event: 'connection', port: 8080, http: { request: 'GET /x HTTP/1.1', host: 'c2.example' } });
  });

  it('keeps the first bytes of anything else', async () => {
    const stream = await dial(3333);
    stream.end('{"id":1,"method":"login"}\n');

    await seen({ port: 3333, first: Buffer.from('{"id":1,"method":"login"}\n').toString('base64'), bytes: 26 });
  });

  it('gives up who sends without end, and keeps little of it', async () => {
    const stream = await dial(9001);
    const bytes = randomBytes(64 * 1024);
    while (!stream.destroyed && stream.writable) {
      await new Promise((resolve) => stream.write(bytes, resolve));
    }

    await seen({ event: 'connection', port: 9001, first: bytes.subarray(0, 1024).toString('base64') });
  });

  it('answers names over TCP as over UDP', async () => {
    const stream = await dial(53);
    const asked = question('tcp.example', 1);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(asked.length, 0);
    stream.write(length.subarray(0, 1));
    stream.write(Buffer.concat([length.subarray(1), asked]));
    const answer = await new Promise<Buffer>((resolve) => stream.once('data', resolve));

    expect([...answer.subarray(-4)]).toEqual([10, 9, 8, 7]);
    await seen({ event: 'dns', name: 'tcp.example', type: 'A' });
  });

  it('answers what resolvers of programs ask', async () => {
    // A real resolver, inside.
    const script = `
      const { Resolver } = require('node:dns/promises');
      const resolver = new Resolver();
      resolver.setServers(['127.0.0.1']);
      const ask = (name, type) => resolver.resolve(name, type).catch((error) => error.code);
      Promise.all([ask('a.example', 'A'), ask('a.example', 'AAAA'), ask('a.example', 'MX'), resolver.reverse('1.2.3.4').catch((error) => error.code)])
        .then((all) => console.log(JSON.stringify(all)));`;

    const answers = JSON.parse(space.run(process.execPath, ['-e', script])) as unknown;

    expect(answers).toEqual([['10.9.8.7'], 'ENODATA', 'ENODATA', 'ENOTFOUND']);
    await seen({ event: 'dns', name: '4.3.2.1.in-addr.arpa', type: 'PTR' });
  });
});
