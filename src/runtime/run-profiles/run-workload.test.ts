import { connect, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runWorkload, type WorkloadWays } from './run-workload.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** A server on loopback, and what it was told. */
async function serve(answer: string): Promise<{ port: number; told: () => string }> {
  let told = '';
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (text) => {
      told += String(text);
      socket.write(answer);
      if (answer.startsWith('HTTP')) socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { port: (server.address() as { port: number }).port, told: () => told };
}

const ways: WorkloadWays = {
  exec: async ([status]) => (status === 'unknown' ? undefined : Number(status)),
  dial: (port) =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket));
      socket.once('error', reject);
    }),
};
const signal = new AbortController().signal;

describe('runWorkload', () => {
  it('sends what it is told', async () => {
    const http = await serve('HTTP/1.1 204 No Content\r\n\r\n');
    const tcp = await serve('+PONG\r\n');
    const results = await runWorkload(
      [
        { kind: 'http', port: http.port, path: '/a', method: 'PUT', headers: { a: 'b' }, body: 'é', times: 2 },
        { kind: 'tcp', port: tcp.port, send: 'PING\r\n', times: 1 },
        { kind: 'exec', command: ['0', 'b'] },
        { kind: 'wait', seconds: 0 },
      ],
      ways,
      signal,
    );
    expect(results.map(({ done, told }) => [done, told])).toEqual([
      [true, 'HTTP 204'],
      [true, '7 bytes'],
      [true, 'status 0'],
      [true, '0 seconds'],
    ]);
    const request =
      'PUT /a HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nuser-agent: drydock\r\na: b\r\ncontent-length: 2\r\n\r\né';
    expect(http.told()).toBe(request + request);
    expect(tcp.told()).toBe('PING\r\n');
  });

  it('goes on where a step fails', async () => {
    const { port } = await serve('x');
    await new Promise((resolve) => servers.pop()!.close(resolve));
    const results = await runWorkload(
      [
        { kind: 'tcp', port, send: '', times: 1 },
        { kind: 'exec', command: ['0'] },
      ],
      ways,
      signal,
    );
    expect(results.map(({ done, told }) => [done, told])).toEqual([
      [false, 'ECONNREFUSED'],
      [true, 'status 0'],
    ]);
  });

  it('says what was done and did not succeed', async () => {
    const absent = await serve('HTTP/1.1 404 Not Found\r\n\r\n');
    const found = await serve('HTTP/1.1 302 Found\r\n\r\n');
    const other = await serve('HTTP? What is that?\r\n');
    const http = { kind: 'http', path: '/', method: 'GET', headers: {}, times: 2 } as const;
    const results = await runWorkload(
      [
        { kind: 'exec', command: ['7'] },
        { kind: 'exec', command: ['unknown'] },
        { ...http, port: absent.port },
        { ...http, port: found.port },
        { ...http, port: other.port },
      ],
      ways,
      signal,
    );
    expect(results.map(({ done, told }) => [done, told])).toEqual([
      [false, 'status 7'],
      [false, 'status unknown'],
      [false, 'HTTP 404'],
      [true, 'HTTP 302'],
      [false, 'it does not answer as HTTP does'],
    ]);
    // Once is enough to know.
    expect(absent.told().match(/GET/g)).toHaveLength(1);
  });

  it('waits for a program only so long', async () => {
    const asked: AbortSignal[] = [];
    const exec: WorkloadWays['exec'] = (_, __, during) =>
      new Promise((_, reject) => {
        asked.push(during);
        during.addEventListener('abort', () => reject(during.reason as Error));
      });
    const steps = [{ kind: 'exec', command: ['sleep', '9999'] } as const];
    const results = await runWorkload(steps, { ...ways, exec }, signal, { programMs: 20 });
    expect(results.map(({ done, told }) => [done, told])).toEqual([[false, 'it took longer than 0.02 seconds']]);
  });

  it('stops when it is told to', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    const { port } = await serve('');
    const steps = [{ kind: 'tcp', port, send: 'x', times: 5 } as const];
    await expect(runWorkload(steps, ways, controller.signal)).rejects.toBe(reason);
  });
});
