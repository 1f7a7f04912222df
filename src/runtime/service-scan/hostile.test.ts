import { createServer as createHttp } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { loopbackTarget, observedPort, StandIn, serviceBudget } from '../../../test/support/loopback-services.ts';
import type { Problem } from '../../model/problem.ts';
import type { ServiceBudget, ServiceFinding, ServiceName } from '../../model/service-scanner.ts';
import { readProbes } from './probes/read-probes.ts';
import { probeScanner } from './scan-services.ts';

const scanner = probeScanner(await readProbes());
const servers: StandIn[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function scan(
  speak: (socket: Socket) => void,
  more: Partial<ServiceBudget> = {},
): Promise<(ServiceFinding | Problem | ServiceName)[]> {
  const server = new StandIn(speak);
  servers.push(server);
  const items: (ServiceFinding | Problem | ServiceName)[] = [];
  const target = loopbackTarget([observedPort(await server.listen())]);
  for await (const item of scanner.scan(target, serviceBudget({ idleMs: 150, answerBytes: 64 * 1024, ...more })))
    items.push(item);
  return items;
}

const codes = (items: readonly object[]): unknown[] => items.map((item) => ('code' in item ? item.code : item));

/** Where an answer has to be seen, and comes at once: on a busy machine that is later. */
const patient = { idleMs: 1500 };

/** Writes for as long as somebody listens. */
function pour(socket: Socket, piece: Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(piece));
    if (!socket.destroyed) socket.once('drain', more);
  };
  more();
}

describe('a port that', () => {
  it('accepts and never answers is unknown', async () => {
    expect(codes(await scan(() => undefined))).toEqual(['service.unknown']);
  });

  it('closes at once is unknown', async () => {
    expect(codes(await scan((socket) => socket.destroy()))).toEqual(['service.unknown']);
  });

  it('nobody listens at is unknown', async () => {
    const server = new StandIn(() => undefined);
    const port = await server.listen();
    await server.close();
    const items: object[] = [];
    for await (const item of scanner.scan(loopbackTarget([observedPort(port)]), serviceBudget())) items.push(item);
    expect(items).toEqual([{ code: 'service.unknown', message: expect.stringContaining('ECONNREFUSED') }]);
  });

  it('speaks first and never stops is read up to the budget', async () => {
    expect(codes(await scan((socket) => pour(socket, Buffer.alloc(65_536, 'x')), patient))).toEqual([
      'service.unknown',
    ]);
  });

  it('greets with what a terminal would obey is told escaped', async () => {
    const [item] = await scan((socket) => void socket.write('\x1b]0;evil\x07\u202e\n'), patient);
    expect(item).toMatchObject({ code: 'service.unknown' });
    expect((item as Problem).message).toMatch(/^[\x20-\x7e]+$/);
    expect((item as Problem).message).toContain('\\x1b]0;evil\\x07');
  });

  it('answers one byte at a time, for ever, ends with the time of an answer', async () => {
    const items = await scan((socket) => {
      socket.on('data', () => {
        const timer = setInterval(() => socket.write('H'), 50);
        socket.on('close', () => clearInterval(timer));
      });
    });
    expect(codes(items)).toEqual(['service.unknown']);
  });

  it('begins TLS and stalls is not waited for', async () => {
    const items = await scan((socket) => {
      socket.on('data', (chunk) => {
        if (chunk[0] === 0x16) socket.write(Buffer.from('1603030100', 'hex'));
      });
    });
    expect(items.some((item) => 'kind' in item && item.kind === 'service-name' && item.name !== 'tls')).toBe(false);
  });

  it('sends a gigabyte to each request is read up to the budget', async () => {
    const sent = { bytes: 0 };
    const items = await scan((socket) => {
      socket.on('data', (chunk) => {
        if (!/^[A-Z]+ \//.test(chunk.toString('latin1'))) return;
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1073741824\r\n\r\n');
        const before = socket.bytesWritten;
        pour(socket, Buffer.alloc(65_536, '<a>'));
        socket.on('close', () => {
          sent.bytes = Math.max(sent.bytes, socket.bytesWritten - before);
        });
      });
    }, patient);
    expect(items).toContainEqual(expect.objectContaining({ kind: 'service-name', name: 'http' }));
    expect(sent.bytes).toBeGreaterThan(0);
    expect(sent.bytes).toBeLessThan(64 * 1024 * 1024);
  });

  it('stops answering in the middle is left, with what was not asked', async () => {
    let answered = 0;
    const items = await scan(
      (socket) => {
        socket.on('data', () => {
          if (answered++ < 10) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx');
        });
      },
      { idleMs: 500 },
    );
    expect(items).toContainEqual({
      code: 'service.unprobed',
      message: expect.stringMatching(/answers no more; \d+ questions were left out$/),
    });
  });

  it.each([
    ['says nothing after its name', ''],
    ['offers what ends early', '\0\0\0\x16\x04\x14cookiecookiecook\0\0\xff\xff'],
    ['says something else', '\0\0\0\x04\x01\x01\0\0'],
    ['never ends its offer', '\xff'.repeat(60_000)],
  ])('greets as SSH and %s is told', async (_, rest) => {
    const items = await scan((socket) => void socket.write(Buffer.from(`SSH-2.0-x\r\n${rest}`, 'latin1')), patient);
    expect(items).toMatchObject([
      { kind: 'service-name', name: 'ssh' },
      { code: 'service.unprobed', message: expect.stringContaining('a check could not be made') },
    ]);
  });

  it('redirects to others, or in a circle, is asked alone', async () => {
    const asked = new Set<string>();
    const server = createHttp((request, response) => {
      asked.add(request.headers.host ?? '');
      response.writeHead(302, { location: request.url === '/' ? 'http://192.0.2.1/x' : request.url! }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as { port: number };
      const target = loopbackTarget([observedPort(port)]);
      for await (const _ of scanner.scan(target, serviceBudget())) asked.delete('');
      expect([...asked]).toEqual([`localhost:${port}`]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('a budget', () => {
  it('of requests ends the questions, and what is left is told', async () => {
    let connections = 0;
    const items = await scan(
      (socket) => {
        connections++;
        socket.on('data', () => socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'));
      },
      { ...patient, requests: 12 },
    );
    expect(connections).toBe(12);
    expect(items).toContainEqual({
      code: 'service.unprobed',
      message: expect.stringContaining('its 12 requests are spent'),
    });
  });

  it('of passwords is kept: ten at most, whatever is allowed', async () => {
    const tried: string[] = [];
    await scan(
      (socket) => {
        socket.on('data', (chunk) => {
          const text = chunk.toString('latin1');
          if (text.startsWith('AUTH')) tried.push(text);
          socket.write(text.includes('AUTH ') ? '-WRONGPASS no\r\n' : '-NOAUTH Authentication required.\r\n');
        });
      },
      { ...patient, passwords: 3 },
    );
    expect(tried).toHaveLength(3);
  });

  it('of evidence is kept', async () => {
    const items = await scan(
      (socket) => socket.on('data', () => socket.write(`+PONG redis_version:8\r\n${'\x01'.repeat(3000)}`)),
      { ...patient, evidence: 300 },
    );
    const evidence = items.filter((item) => 'evidence' in item).map((item) => (item as ServiceFinding).evidence);
    expect(evidence.length).toBeGreaterThan(0);
    for (const text of evidence) {
      expect(text.length).toBeLessThanOrEqual(300);
      expect(text).toMatch(/^[\x20-\x7e…]+$/);
    }
  });

  it('of time of all tells which ports were not examined, and nothing stays open', async () => {
    const open = new Set<Socket>();
    const speak = (socket: Socket): void => {
      open.add(socket);
      // With something unread it would not learn of its end.
      socket.resume().on('close', () => open.delete(socket));
    };
    const items = await scan(speak, { idleMs: 5000, signal: AbortSignal.timeout(1000) });
    expect(items).toEqual([
      {
        code: 'service.unprobed',
        message: expect.stringMatching(/^tcp \d+ was not examined to the end: the time of the scan was over$/),
      },
    ]);
    await expect.poll(() => open.size).toBe(0);
  });

  it('of whoever interrupts throws the reason of the signal', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('interrupted by the user')), 300);
    await expect(scan(() => undefined, { idleMs: 5000, signal: stop.signal })).rejects.toThrow('interrupted');
  });

  it('of time of one port takes nothing from its neighbours', async () => {
    const tarpits = Array.from(
      { length: 5 },
      () =>
        new StandIn((socket) => {
          // Each answer comes before it would be given up.
          socket.on('data', () => setTimeout(() => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx'), 700));
        }),
    );
    const redis = new StandIn((socket) =>
      socket.on('data', (chunk) => {
        const info = '# Server\r\nredis_version:8.0.2\r\n';
        const isInfo = /info/i.test(chunk.toString('latin1'));
        socket.write(isInfo ? `$${info.length}\r\n${info}\r\n` : '+PONG\r\n');
      }),
    );
    servers.push(...tarpits, redis);
    const ports = await Promise.all([...tarpits, redis].map((server) => server.listen()));
    const target = loopbackTarget(ports.map((port) => observedPort(port)));
    const signal = AbortSignal.timeout(60_000);
    const items: object[] = [];
    for await (const item of scanner.scan(target, serviceBudget({ idleMs: 3000, portMs: 5000, signal })))
      items.push(item);
    const [tarpit, quick] = [ports[0], ports[5]];
    expect(items).toContainEqual(expect.objectContaining({ kind: 'service-name', port: quick, name: 'redis' }));
    expect(items).toContainEqual(expect.objectContaining({ kind: 'service', port: { protocol: 'tcp', port: quick } }));
    expect(items).toContainEqual({
      code: 'service.unprobed',
      message: `tcp ${tarpit} was not examined to the end: the time of 5 seconds for one port was over`,
    });
  });
});
