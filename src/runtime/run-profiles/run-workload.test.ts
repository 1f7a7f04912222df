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
  exec: async (command) => command.length,
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
        { kind: 'exec', command: ['a', 'b'] },
        { kind: 'wait', seconds: 0 },
      ],
      ways,
      signal,
    );
    expect(results.map(({ done, told }) => [done, told])).toEqual([
      [true, 'HTTP 204'],
      [true, '7 bytes'],
      [true, 'status 2'],
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
        { kind: 'exec', command: ['a'] },
      ],
      ways,
      signal,
    );
    expect(results.map(({ done, told }) => [done, told])).toEqual([
      [false, 'ECONNREFUSED'],
      [true, 'status 1'],
    ]);
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
