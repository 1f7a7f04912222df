import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type LookupFunction } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type AddressScope, addressScope } from './address.ts';
import { AddressError, isLoopback, OfflineError, offlineDialer } from './dial.ts';
import { networkDialer } from './network-dialer.ts';

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

  it('connects to the public internet alone where it is told so, also when a connection is there already', async () => {
    const port = await listen(createServer((_, response) => response.end('x')));
    const lookup: LookupFunction = (_, options, done) => {
      if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
      else done(null, '127.0.0.1', 4);
    };
    const dialer = networkDialer({ lookup });
    const inside = new URL(`http://inside.example:${port}/`);

    const usual = await dialer.request(inside);
    expect(await text(usual.body)).toBe('x');
    expect(usual.isPublic).toBe(false);
    for (const url of [inside, new URL(`http://127.0.0.1:${port}/`), new URL(`http://localhost:${port}/`)]) {
      await expect(dialer.request(url, { publicOnly: true })).rejects.toBeInstanceOf(AddressError);
    }
    await dialer.close();
  });

  it('takes a name that was public once for public, whatever it resolves to later', async () => {
    const port = await listen(createServer((_, response) => response.setHeader('connection', 'close').end('x')));
    const inner = createServer((_, response) => response.end('y'));
    servers.push(inner);
    await new Promise<void>((resolve) => inner.listen(port, '127.0.0.2', resolve));
    const answers = ['127.0.0.1', '127.0.0.2'];
    const dialer = networkDialer({
      lookup: (_, options, done) => {
        const address = answers.shift() as string;
        if (options.all === true) done(null, [{ address, family: 4 }]);
        else done(null, address, 4);
      },
      scopeOf: (address) => (address === '127.0.0.1' ? 'public' : 'loopback'),
    });

    for (const expected of ['x', 'y']) {
      const response = await dialer.request(new URL(`http://registry.example:${port}/`));
      expect(await text(response.body)).toBe(expected);
      expect(response.isPublic).toBe(true);
    }
    await dialer.close();
  });

  it('leaves it to a proxy which names are public', async () => {
    for (const name of variables) delete process.env[name];
    const proxy = createServer();
    proxy.on('connect', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    const asked: string[] = [];
    proxy.on('request', (request, response) => {
      asked.push(request.url ?? '');
      response.end('proxied');
    });
    process.env['HTTP_PROXY'] = `http://127.0.0.1:${await listen(proxy)}`;
    const dialer = networkDialer();

    const far = await dialer.request(new URL('http://feeds.invalid/x'), { publicOnly: true });
    await expect(dialer.request(new URL('http://10.0.0.1/'), { publicOnly: true })).rejects.toBeInstanceOf(
      AddressError,
    );

    expect(await text(far.body)).toBe('proxied');
    expect(far.isPublic).toBe(true);
    expect(asked).toHaveLength(1);
    await dialer.close();
  });

  it.each<[string, string, boolean]>([
    ['public', '8.8.8.8', true],
    ['private', '10.0.0.1', true],
    ['private', 'fd00::1', true],
    ['loopback', '127.0.0.1', false],
    ['link-local', '169.254.169.254', false],
    ['special', '0.0.0.0', false],
    ['private', '100.64.0.1', true],
    ['special', '224.0.0.1', false],
  ])('connects to routed addresses only where that is asked for: %s %s', async (scope, address, allowed) => {
    const port = await listen(createServer((_request, response) => response.end('here')));
    const addresses: string[] = [];
    const lookup: LookupFunction = (_hostname, options, callback) => {
      // What was found to be of that kind is this machine, to which the test may connect.
      const all = [{ address: '127.0.0.1', family: 4 }];
      if (options.all === true) (callback as unknown as (error: null, all: object[]) => void)(null, all);
      else callback(null, '127.0.0.1', 4);
    };
    const scopeOf = (found: string): AddressScope => {
      addresses.push(found);
      return addressScope(address);
    };
    expect(addressScope(address)).toBe(scope);
    const dialer = networkDialer({ direct: true, lookup, scopeOf });
    const asked = dialer.request(new URL(`http://name.invalid:${port}/`), { routedOnly: true });
    if (allowed) expect(await text((await asked).body)).toBe('here');
    else await expect(asked).rejects.toBeInstanceOf(AddressError);
    expect(addresses).toContain('127.0.0.1');
    await dialer.close();
  });

  it('asks no proxy where it is told to connect directly', async () => {
    let proxied = 0;
    const proxy = await listen(createServer((_request, response) => response.end(String(++proxied))));
    for (const name of variables) process.env[name] = `http://127.0.0.1:${proxy}`;
    delete process.env['no_proxy'];
    delete process.env['NO_PROXY'];
    const dialer = networkDialer({ direct: true });
    await expect(dialer.request(new URL('http://feeds.invalid/x'))).rejects.toThrow();
    expect(proxied).toBe(0);
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
