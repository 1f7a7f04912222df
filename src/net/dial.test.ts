import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isLoopback, networkDialer, OfflineError, offlineDialer } from './dial.ts';

const variables = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'];
const before = new Map(variables.map((name) => [name, process.env[name]]));
const servers: Server[] = [];

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function text(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('the network dialer', () => {
  it('goes through the proxy of the environment, but never to this machine', async () => {
    for (const name of variables) delete process.env[name];
    const target = await listen(createServer((request, response) => response.end(`target ${request.headers.host}`)));
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('proxied');
    });
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const through = connect(target, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(through).pipe(socket);
      });
      through.on('error', () => socket.destroy());
      socket.on('error', () => through.destroy());
    });
    process.env['HTTP_PROXY'] = `http://127.0.0.1:${await listen(proxy)}`;
    const dialer = networkDialer();

    const far = await dialer.request(new URL('http://feeds.invalid/x'));
    await text(far.body);
    const near = await dialer.request(new URL(`http://127.0.0.1:${target}/x`));

    expect(far.status).toBe(200);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('feeds.invalid');
    expect(await text(near.body)).toBe(`target 127.0.0.1:${target}`);
    expect([...dialer.hosts]).toEqual(['feeds.invalid', `127.0.0.1:${target}`]);
    await dialer.close();
  });

  it('lets go of an answer that nobody reads', async () => {
    const port = await listen(
      createServer((_, response) => response.writeHead(500, { 'set-cookie': ['a', 'b'] }).end(Buffer.alloc(1_000_000))),
    );
    const dialer = networkDialer();

    const response = await dialer.request(new URL(`http://127.0.0.1:${port}/`));
    response.discard();

    expect(response.header('set-cookie')).toBe('a, b');
    expect(response.header('etag')).toBeUndefined();
    await dialer.close();
  });
});

describe('the offline dialer', () => {
  it('refuses this machine too', async () => {
    await expect(offlineDialer().request(new URL('http://127.0.0.1:1/'))).rejects.toBeInstanceOf(OfflineError);
    await offlineDialer().close();
  });
});

describe('isLoopback', () => {
  it.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.3.2.1', true],
    ['[::1]', true],
    ['127.0.0.1.example.org', false],
    ['localhost.example.org', false],
    ['10.0.0.1', false],
  ])('%s: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
