import { randomBytes } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type FakeRegistry, refuse } from '../../../test/support/fake-registry.ts';
import { sha256 } from '../../../test/support/image.ts';
import {
  bytesOf,
  clientOf,
  closeAfterEach,
  sourceError,
  startDialer,
  startRegistry,
} from '../../../test/support/registry-client.ts';
import { addressScope } from '../address.ts';
import { type Dialer, type DialResponse, offlineDialer } from '../dial.ts';
import { follow } from './follow.ts';
import { defaultRegistryLimits } from './limits.ts';
import { Secret } from './secret.ts';

closeAfterEach();

const blob = randomBytes(10_000);
const descriptor = { digest: sha256(blob), size: blob.length };

/** A registry that sends everybody elsewhere for its blobs. */
async function redirecting(to: () => string): Promise<FakeRegistry> {
  return await startRegistry({
    fault: (_, response) => {
      response.writeHead(307, { location: to() }).end();
      return true;
    },
  });
}

async function storage(address = '127.0.0.1'): Promise<FakeRegistry> {
  const found = await startRegistry({ address });
  found.addBlob(blob);
  return found;
}

const pathOf = (host: string): string => `http://${host}/v2/x/blobs/${descriptor.digest}`;

describe('redirects', () => {
  it('are followed, without the credentials of the registry', async () => {
    const store = await storage();
    const registry: FakeRegistry = await startRegistry({
      fault: (request, response) => {
        if (request.headers.authorization === undefined) refuse(response, 401, 'X', { 'www-authenticate': 'Basic' });
        else response.writeHead(302, { location: pathOf(store.host) }).end();
        return true;
      },
    });
    const credentials = {
      find: () =>
        Promise.resolve({ kind: 'password', username: 'me', secret: new Secret('hunter2'), from: 'a test' } as const),
    };

    const read = await bytesOf(clientOf(registry.host, { credentials }).blob(descriptor, 1e9));

    expect(read.equals(blob)).toBe(true);
    expect(registry.asked.at(-1)?.authorization).toMatch(/^Basic /);
    expect(store.asked.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it('to the same origin keep them', async () => {
    const registry: FakeRegistry = await startRegistry({
      fault: (request, response) => {
        if (request.headers.authorization === undefined) refuse(response, 401, 'X', { 'www-authenticate': 'Basic' });
        else if (request.url?.includes('/a/b/'))
          response.writeHead(301, { location: `/v2/c/blobs/${descriptor.digest}` }).end();
        else return false;
        return true;
      },
    });
    registry.addBlob(blob);
    const credentials = {
      find: () =>
        Promise.resolve({ kind: 'password', username: 'me', secret: new Secret('pw'), from: 'a test' } as const),
    };

    expect(await bytesOf(clientOf(registry.host, { credentials }).blob(descriptor, 1e9))).toHaveLength(blob.length);
  });

  it('carry the range of what is missing', async () => {
    const store = await startRegistry({
      fault: (_, response, count) => {
        if (count > 1) return false;
        response.writeHead(200, { 'content-length': blob.length });
        response.write(blob.subarray(0, 1000), () => setTimeout(() => response.destroy(), 10));
        return true;
      },
    });
    store.addBlob(blob);
    const registry = await redirecting(() => pathOf(store.host));

    expect((await bytesOf(clientOf(registry.host).blob(descriptor, 1e9))).equals(blob)).toBe(true);
    expect(store.asked.map(({ range }) => range)).toEqual([undefined, 'bytes=1000-']);
  });

  it('without end are left', async () => {
    const registry: FakeRegistry = await redirecting(() => pathOf(registry.host));

    const error = await sourceError(bytesOf(clientOf(registry.host).blob(descriptor, 1e9)));

    expect(error).toMatchObject({ code: 'source.refused', message: `${registry.host} redirects more than 5 times` });
    expect(registry.asked).toHaveLength(6);
  });

  it.each(['', 'file:///etc/passwd', 'gopher://x/', 'http://', '//'])('to %j are refused', async (location) => {
    const registry = await redirecting(() => location);

    const error = await sourceError(bytesOf(clientOf(registry.host).blob(descriptor, 1e9)));

    // The empty address is the same one again.
    expect(error.code).toBe('source.refused');
  });

  it('to a place that answers no more are asked for again, each time from the registry', async () => {
    const store = await startRegistry({
      fault: (_, response, count) => {
        if (count > 1) return false;
        response.writeHead(503).end();
        return true;
      },
    });
    store.addBlob(blob);
    const registry = await redirecting(() => pathOf(store.host));

    expect(await bytesOf(clientOf(registry.host).blob(descriptor, 1e9))).toHaveLength(blob.length);
    expect([registry.asked.length, store.asked.length]).toEqual([2, 2]);
  });

  it.each([401, 403])(
    'to a place that refuses them with %i end there, and tell nobody the signature',
    async (status) => {
      const broken = await startRegistry({ fault: (_, response) => Boolean(response.writeHead(status).end()) });
      const registry = await redirecting(() => `${pathOf(broken.host)}?X-Signature=hunter2`);

      const error = await sourceError(bytesOf(clientOf(registry.host).blob(descriptor, 1e9)));

      expect(error.message).toBe(`${broken.host}, to which ${registry.host} redirects, answered HTTP ${status}`);
      expect(error.stack).not.toContain('hunter2');
      expect([registry.asked.length, broken.asked.length]).toEqual([1, 1]);
    },
  );

  it('from https to http are refused', async () => {
    const fake: Dialer = {
      ...offlineDialer(),
      request: (url): Promise<DialResponse> =>
        Promise.resolve({
          status: url.protocol === 'https:' ? 302 : 200,
          isPublic: true,
          header: (name) => (name === 'location' ? 'http://127.0.0.1:1/x' : undefined),
          body: (async function* () {})(),
          discard() {},
        }),
    };

    const error = await sourceError(follow(fake, new URL('https://a.example/x'), {}, defaultRegistryLimits));

    expect(error.code).toBe('source.refused');
    expect(error.message).toContain('a.example redirects from https to http');
  });
});

/**
 * Tests stay on this machine, so 127.0.0.1 plays the public internet, and the rest of this machine is what must not be
 * reached from there. Names resolve to what the table says.
 */
describe('a registry of the public internet', () => {
  const names: Record<string, string[]> = {
    'registry.example': ['127.0.0.1'],
    'cdn.example': ['127.0.0.1'],
    'inside.example': ['127.0.0.2'],
    'both.example': ['127.0.0.2', '127.0.0.1'],
  };
  const lookup: LookupFunction = (host, options, done) => {
    const found = (names[host] ?? []).map((address) => ({ address, family: 4 }));
    if (found.length === 0) done(Object.assign(new Error('absent'), { code: 'ENOTFOUND' }), '', 0);
    else if (options.all === true) done(null, found);
    else done(null, found[0]!.address, 4);
  };
  const scopeOf = (address: string) => (address === '127.0.0.1' ? 'public' : addressScope(address));

  async function read(location: (port: number) => string, start = 'registry.example') {
    const inside = await storage('127.0.0.2');
    const registry: FakeRegistry = await startRegistry({
      fault: (request, response) => {
        if (!request.url?.includes('/a/b/')) return false;
        response.writeHead(307, { location: location(registry.port) }).end();
        return true;
      },
    });
    registry.addBlob(blob);
    names['here.example'] = ['127.0.0.1'];
    const host = `${start}:${registry.port}`;
    const dialer = startDialer({ lookup, scopeOf });
    const client = clientOf(host, { dialer, plainHttp: [host] });
    return { inside, dialer, result: bytesOf(client.blob(descriptor, 1e9)) };
  }

  it('may lead to another public host', async () => {
    const { result, dialer } = await read((port) => pathOf(`cdn.example:${port}`));

    expect((await result).equals(blob)).toBe(true);
    expect([...dialer.hosts].map((host) => host.split(':')[0])).toEqual(['registry.example', 'cdn.example']);
  });

  it('may lead to a host that has a public address too, and only that is connected to', async () => {
    const { result, inside } = await read((port) => pathOf(`both.example:${port}`));

    expect((await result).equals(blob)).toBe(true);
    expect(inside.asked).toEqual([]);
  });

  it.each([
    ['a name for an inner address', () => pathOf('inside.example')],
    ['an inner address', () => pathOf('127.0.0.2')],
    ['this machine by name', () => pathOf('localhost')],
    ['this machine', () => 'http://[::1]/'],
    ['this machine in another form', () => 'http://[::ffff:127.0.0.2]/'],
    ['this machine as a number', () => 'http://2130706434/'],
    ['the metadata of a cloud', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a private network', () => 'http://10.0.0.1/'],
  ])('may not lead to %s', async (_, location) => {
    const { result, inside } = await read(location);

    const error = await sourceError(result);

    expect(error.code).toBe('source.refused');
    expect(error.message).toMatch(/was not asked: .* address of the public internet/);
    expect(inside.asked).toEqual([]);
  });

  it('may not have its tokens there either', async () => {
    const inside = await storage('127.0.0.2');
    const registry: FakeRegistry = await startRegistry({
      fault: (_, response) => {
        refuse(response, 401, 'X', {
          'www-authenticate': `Bearer realm="https://inside.example:${inside.port}/token"`,
        });
        return true;
      },
    });
    const host = `registry.example:${registry.port}`;
    const dialer = startDialer({ lookup, scopeOf });

    const error = await sourceError(clientOf(host, { dialer, plainHttp: [host] }).manifest('latest', 1000));

    expect(error.code).toBe('source.refused');
    expect(error.message).toContain('inside.example has no address of the public internet');
    expect(inside.asked).toEqual([]);
  });

  it('is another thing than one of the own network, which may lead there', async () => {
    const inside = await storage('127.0.0.2');
    const registry = await startRegistry({
      address: '127.0.0.2',
      fault: (_, response) => {
        response.writeHead(307, { location: pathOf(inside.host) }).end();
        return true;
      },
    });
    const host = `inside.example:${registry.port}`;
    const dialer = startDialer({ lookup, scopeOf });

    const read = await bytesOf(clientOf(host, { dialer, plainHttp: [host] }).blob(descriptor, 1e9));

    expect(read.equals(blob)).toBe(true);
  });
});

/** 127.0.0.9 plays a link-local address. */
describe('a link-local address', () => {
  const names: Record<string, string> = { 'mine.example': '127.0.0.1', 'metadata.example': '127.0.0.9' };
  const lookup: LookupFunction = (host, options, done) => {
    const address = names[host] ?? '127.0.0.1';
    if (options.all === true) done(null, [{ address, family: 4 }]);
    else done(null, address, 4);
  };
  const scopeOf = (address: string) => (address === '127.0.0.9' ? 'link-local' : addressScope(address));

  it.each([
    ['by address', (port: number) => `http://127.0.0.9:${port}/latest/meta-data/`, 'is a link-local address'],
    ['by name', (port: number) => `http://metadata.example:${port}/`, 'has only link-local addresses'],
    ['of clouds', () => 'http://169.254.169.254/latest/meta-data/', 'is a link-local address'],
    ['in the form of IPv6', () => 'http://[::ffff:169.254.169.254]/', 'is a link-local address'],
    ['of IPv6', () => 'http://[fe80::1]/', 'is a link-local address'],
  ])('is not for a registry of the own network to lead to: %s', async (_, to, words) => {
    const metadata = await storage('127.0.0.9');
    const registry = await redirecting(() => to(metadata.port));
    const host = `mine.example:${registry.port}`;
    const dialer = startDialer({ lookup, scopeOf });

    const error = await sourceError(bytesOf(clientOf(host, { dialer, plainHttp: [host] }).blob(descriptor, 1e9)));

    expect(error.code).toBe('source.refused');
    expect(error.message).toContain(words);
    expect(metadata.asked).toEqual([]);
  });

  it('is not where such a registry has its tokens', async () => {
    const metadata = await storage('127.0.0.9');
    const challenge = `Bearer realm="https://metadata.example:${metadata.port}/token"`;
    const registry = await startRegistry({
      fault: (_, response) => {
        refuse(response, 401, 'X', { 'www-authenticate': challenge });
        return true;
      },
    });
    const host = `mine.example:${registry.port}`;
    const dialer = startDialer({ lookup, scopeOf });

    const error = await sourceError(clientOf(host, { dialer, plainHttp: [host] }).manifest('latest', 1000));

    expect(error.code).toBe('source.refused');
    expect(error.message).toContain('has only link-local addresses');
    expect(metadata.asked).toEqual([]);
  });

  it('may be that of the registry which the user named', async () => {
    const registry: FakeRegistry = await startRegistry({
      address: '127.0.0.9',
      fault: (request, response) => {
        if (!request.url?.includes('/a/b/')) return false;
        response.writeHead(307, { location: `/v2/x/blobs/${descriptor.digest}` }).end();
        return true;
      },
    });
    registry.addBlob(blob);
    const host = `metadata.example:${registry.port}`;
    const dialer = startDialer({ lookup, scopeOf });

    const read = await bytesOf(clientOf(host, { dialer, plainHttp: [host] }).blob(descriptor, 1e9));

    expect(read.equals(blob)).toBe(true);
  });
});
