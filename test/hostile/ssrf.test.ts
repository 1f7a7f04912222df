import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type LookupFunction, type Server } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { silent } from '../../src/log.ts';
import { type AddressScope, addressScope } from '../../src/net/address.ts';
import { createLayerIndexer, type OwnedLayerIndexer } from '../../src/server/v1/indexing/indexer.ts';
import { IndexError } from '../../src/server/v1/layer-indexer.ts';
import type { LayerShelf } from '../../src/store/layer-shelf.ts';
import { tar } from '../support/tar.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Whoever connects to one of these was led astray. */
const traps: Server[] = [];
let caught = 0;
/** The same port of this machine by both families. */
let trap = 0;
const folder = temporaryFolder();
const socket = path.join(folder, 'trap.sock');

/** A host that is on the list, and answers as its path says. */
let guide: HttpServer;
let guided: string[] = [];
const proxyVariables = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];

/** What names mean; by default all of them lead to the trap. */
let addresses: readonly (readonly string[])[] = [];
let lookedUp: string[] = [];
const lookup = ((hostname, options, callback) => {
  const found = addresses[Math.min(lookedUp.length, addresses.length - 1)] ?? ['127.0.0.1'];
  lookedUp.push(hostname);
  const all = found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  if (options.all === true) (callback as (error: null, found: unknown) => void)(null, all);
  else callback(null, all[0]!.address, all[0]!.family);
}) satisfies LookupFunction;

/** 127.0.0.2 stands for a host of the public internet. */
const scopeOf = (address: string): AddressScope => (address === '127.0.0.2' ? 'public' : addressScope(address));

const writes: string[] = [];
const layers: LayerShelf = {
  find: () => Promise.resolve(undefined),
  packages: () => Promise.resolve(undefined),
  insert: ({ name }) => {
    writes.push(name);
    return Promise.resolve();
  },
  replace: ({ name }) => {
    writes.push(name);
    return Promise.resolve();
  },
  remove: () => Promise.resolve(false),
};

async function listen(server: Server, where: object): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, resolve);
  });
}

async function setTrap(where: object): Promise<Server> {
  const server = createServer((connection) => {
    caught++;
    connection.destroy();
  });
  await listen(server, where);
  traps.push(server);
  return server;
}

beforeAll(async () => {
  trap = ((await setTrap({ port: 0, host: '127.0.0.1' })).address() as AddressInfo).port;
  // A machine without IPv6 cannot be led there.
  await setTrap({ port: trap, host: '::1' }).catch(() => undefined);
  await setTrap({ path: socket });
  writeFileSync(path.join(folder, 'layer.tar'), tar([{ path: 'x', content: '1' }]));
  guide = createHttpServer((request, response) => {
    guided.push(request.url ?? '');
    const to = new URL(request.url ?? '', 'http://x').searchParams.get('to') ?? '';
    const layer = tar([{ path: 'x', content: 'x'.repeat(100_000) }]);
    if (to === 'broken') {
      response.writeHead(200, { 'content-length': layer.length, etag: '"1"' });
      response.write(layer.subarray(0, 2000), () => request.socket.destroy());
    } else if (to === 'layer') response.writeHead(200, { connection: 'close' }).end(layer);
    else response.writeHead(302, { location: to, connection: 'close' }).end();
  });
  await listen(guide, { port: 0, host: '127.0.0.2' });
});

afterAll(async () => {
  for (const server of [...traps, guide]) await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  caught = 0;
  guided = [];
  lookedUp = [];
  addresses = [['127.0.0.1']];
  writes.length = 0;
  for (const name of proxyVariables) delete process.env[name];
});

const guidePort = (): number => (guide.address() as AddressInfo).port;

function indexer(...more: readonly string[]): OwnedLayerIndexer {
  return createLayerIndexer({
    store: { layers },
    ecosystems,
    sources: {
      roots: [path.join(folder, 'layers')],
      compat: false,
      hosts: ['layers.example.org', `127.0.0.2:${guidePort()}`, 'xn--bcher-kva.example', ...more],
    },
    log: silent,
    network: { lookup, scopeOf },
    patience: { backOffMs: 1 },
  });
}

async function post(source: string, by: OwnedLayerIndexer = indexer()): Promise<string> {
  try {
    const headers = new Map([['Authorization', 'Bearer secret']]);
    await by.index({ name: 'x', path: source, headers, format: 'Docker' }, AbortSignal.timeout(10_000));
    return 'indexed';
  } catch (error) {
    if (error instanceof IndexError) return error.failure;
    throw error;
  } finally {
    await by.close();
  }
}

/** PORT stands for that of the trap. */
const withPort = (text: string): string => text.replaceAll('PORT', String(trap));

const spellings: readonly (readonly [string, string])[] = [
  ['loopback', 'http://127.0.0.1:PORT/x'],
  ['loopback over TLS', 'https://127.0.0.1:PORT/x'],
  ['another loopback address', 'http://127.8.8.8:PORT/x'],
  ['loopback by name', 'http://localhost:PORT/x'],
  ['loopback by name in capitals', 'http://LocalHost:PORT/x'],
  ['a name below localhost', 'http://a.localhost:PORT/x'],
  ['loopback of IPv6', 'http://[::1]:PORT/x'],
  ['loopback of IPv6 in full', 'http://[0:0:0:0:0:0:0:1]:PORT/x'],
  ['loopback of IPv6 with a zone', 'http://[::1%25lo]:PORT/x'],
  ['IPv4 in IPv6', 'http://[::ffff:127.0.0.1]:PORT/x'],
  ['IPv4 in IPv6, in hexadecimal', 'http://[::ffff:7f00:1]:PORT/x'],
  ['IPv4 in IPv6, the old form', 'http://[::127.0.0.1]:PORT/x'],
  ['IPv4 in NAT64', 'http://[64:ff9b::7f00:1]:PORT/x'],
  ['IPv4 in 6to4', 'http://[2002:7f00:1::]:PORT/x'],
  ['decimal', 'http://2130706433:PORT/x'],
  ['octal', 'http://017700000001:PORT/x'],
  ['hexadecimal', 'http://0x7f000001:PORT/x'],
  ['parts in octal', 'http://0177.0.0.01:PORT/x'],
  ['parts in hexadecimal', 'http://0x7f.0x0.0x0.0x1:PORT/x'],
  ['two parts', 'http://127.1:PORT/x'],
  ['three parts', 'http://127.0.1:PORT/x'],
  ['no address at all', 'http://0.0.0.0:PORT/x'],
  ['zero', 'http://0:PORT/x'],
  ['no address of IPv6', 'http://[::]:PORT/x'],
  ['a dot at the end of an address', 'http://127.0.0.1.:PORT/x'],
  ['a dot at the end of a name', 'http://localhost.:PORT/x'],
  ['ideographic stops', 'http://127\u30020\u30020\u30021:PORT/x'],
  ['digits in circles', 'http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460:PORT/x'],
  ['full-width letters', 'http://\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54:PORT/x'],
  ['an escaped name', 'http://%6c%6f%63%61%6c%68%6f%73%74:PORT/x'],
  ['a soft hyphen', 'http://local\u00adhost:PORT/x'],
  ['keys of a cloud', 'http://169.254.169.254/latest/meta-data/'],
  ['keys of a cloud, in decimal', 'http://2852039166/latest/meta-data/'],
  ['keys of a cloud, over IPv6', 'http://[fd00:ec2::254]/latest/meta-data/'],
  ['keys of a cloud, by name', 'http://metadata.google.internal/'],
  ['a private network', 'http://10.0.0.1:PORT/x'],
  ['a name that is not listed', 'http://elsewhere.example.org:PORT/x'],
];

const tricks: readonly (readonly [string, string])[] = [
  ['a listed name as the user', 'http://layers.example.org@127.0.0.1:PORT/x'],
  ['a listed name as user and password', 'http://layers.example.org:80@127.0.0.1:PORT/x'],
  ['a listed name behind a hash', 'http://127.0.0.1:PORT#@layers.example.org/x'],
  ['a listed name behind a question mark', 'http://127.0.0.1:PORT?@layers.example.org/x'],
  ['a listed name behind a backslash', 'http://127.0.0.1:PORT\\@layers.example.org/x'],
  ['two at signs', 'http://layers.example.org@127.0.0.1:PORT@127.0.0.1:PORT/x'],
  ['credentials for a listed name', 'http://user:secret@layers.example.org:PORT/x'],
  ['a user for a listed name', 'http://user@layers.example.org:PORT/x'],
  ['a listed name as the beginning', 'http://layers.example.org.example.com:PORT/x'],
  ['a listed name as the end', 'http://evil-layers.example.org:PORT/x'],
  ['a name below a listed one', 'http://a.layers.example.org:PORT/x'],
  ['a listed name with a dot at its end', 'http://layers.example.org.:PORT/x'],
  ['a letter that looks the same', 'http://l\u0430yers.example.org:PORT/x'],
  ['a name in another writing', 'http://b\u00fccher.example.com:PORT/x'],
  ['a listed address at another port', 'http://127.0.0.2:PORT/x'],
  ['a NUL in a listed name', 'http://layers.example.org\0.example.com:PORT/x'],
  ['an escaped NUL', 'http://layers.example.org%00.example.com:PORT/x'],
  ['a line end in a listed name', 'http://127.0.0.1:PORT/\r\nHost: layers.example.org'],
];

const schemes: readonly (readonly [string, string])[] = [
  ['file', 'file:///etc/hostname'],
  ['file of a host', 'file://127.0.0.1/etc/hostname'],
  ['a file of this machine', '/etc/hostname'],
  ['a file out of the folder', `${folder}/layers/../layer.tar`],
  ['http in capitals', 'HTTP://127.0.0.1:PORT/x'],
  ['http without slashes', 'http:127.0.0.1:PORT/x'],
  ['http with one slash', 'http:/127.0.0.1:PORT/x'],
  ['no scheme', '//127.0.0.1:PORT/x'],
  ['a blank before it', ' http://127.0.0.1:PORT/x'],
  ['ftp', 'ftp://127.0.0.1:PORT/x'],
  ['gopher', 'gopher://127.0.0.1:PORT/_x'],
  ['dict', 'dict://127.0.0.1:PORT/x'],
  ['ldap', 'ldap://127.0.0.1:PORT/x'],
  ['ws', 'ws://127.0.0.1:PORT/x'],
  ['jar', 'jar:http://127.0.0.1:PORT/x!/'],
  ['data', 'data:application/x-tar;base64,AAAA'],
  ['unix', `unix://${socket}`],
  ['http over a socket', `http+unix://${encodeURIComponent(socket)}/x`],
  ['a socket as the host', `http://unix:${socket}:/x`],
  ['a socket as a file', socket],
];

describe('the path of a layer', () => {
  it('leads into the trap where somebody listed it', async () => {
    expect(await post(withPort('http://127.0.0.1:PORT/x'), indexer(withPort('127.0.0.1:PORT')))).toBe(
      'source-not-found',
    );
    expect(caught).toBe(1);
  });

  it.each([...spellings, ...tricks, ...schemes])('is refused and not connected to: %s', async (_title, source) => {
    expect(await post(withPort(source))).toBe('source-not-found');
    expect({ caught, guided, writes }).toEqual({ caught: 0, guided: [], writes: [] });
  });

  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback of IPv6', '::1'],
    ['IPv4 in IPv6', '::ffff:127.0.0.1'],
    ['IPv4 in NAT64', '64:ff9b::7f00:1'],
    ['no address', '0.0.0.0'],
    ['keys of a cloud', '169.254.169.254'],
    ['keys of a cloud in IPv6', '::ffff:169.254.169.254'],
    ['link-local', 'fe80::1'],
    ['multicast', '224.0.0.1'],
  ])('is refused where a listed name leads to %s', async (_title, address) => {
    addresses = [[address]];
    expect(await post(withPort('http://layers.example.org:PORT/x'))).toBe('source-not-found');
    expect({ caught, lookedUp, writes }).toEqual({ caught: 0, lookedUp: ['layers.example.org'], writes: [] });
  });

  it('is not fetched through a proxy, which would look up names by itself', async () => {
    for (const name of proxyVariables) process.env[name] = withPort('http://127.0.0.1:PORT');
    expect(await post('http://elsewhere.example.org/x')).toBe('source-not-found');
    expect(await post(withPort('http://layers.example.org:PORT/x'))).toBe('source-not-found');
    addresses = [['127.0.0.2']];
    expect(await post(`http://layers.example.org:${guidePort()}/?to=layer`)).toBe('indexed');
    expect({ caught, guided }).toEqual({ caught: 0, guided: ['/?to=layer'] });
  });
});

describe('a redirect of a listed host', () => {
  const at = (to: string): string => `http://127.0.0.2:${guidePort()}/?to=${encodeURIComponent(withPort(to))}`;
  // What has no host of its own stays on the host.
  const elsewhere = [...spellings, ...tricks, ...schemes].filter(([, to]) => /^(?:[a-z+]+:)?\/\//i.test(to));

  it.each(elsewhere.filter(([, to]) => !/[^\x20-\x7e]/.test(to)))('is not followed to %s', async (_title, to) => {
    expect(await post(at(to))).toBe('source-not-found');
    expect(caught).toBe(0);
    expect(writes).toEqual([]);
    expect(guided).toHaveLength(1);
  });

  it('is followed to where it is listed, ten times', async () => {
    const home = `http://127.0.0.2:${guidePort()}`;
    let to = 'layer';
    for (let i = 0; i < 10; i++) to = `${home}/?to=${encodeURIComponent(to)}`;
    expect(await post(`${home}/?to=layer`)).toBe('indexed');
    expect(await post(to)).toBe('indexed');
    expect(await post(`${home}/?to=${encodeURIComponent(`${home}/?to=${encodeURIComponent(to)}`)}`)).toBe(
      'source-not-found',
    );
    expect(caught).toBe(0);
  });

  it('is followed to the address that was checked, whatever the name means a moment later', async () => {
    addresses = [['127.0.0.2'], ['127.0.0.1']];
    const url = `http://layers.example.org:${trap}/`;
    expect(await post(`http://layers.example.org:${guidePort()}/?to=${encodeURIComponent(url)}`)).toBe(
      'source-not-found',
    );
    expect({ caught, lookups: lookedUp.length, asked: guided.length }).toEqual({ caught: 0, lookups: 2, asked: 1 });
  });

  it('leads to no other address of a name that has several', async () => {
    addresses = [['127.0.0.1', '::1', '127.0.0.2']];
    expect(await post(`http://layers.example.org:${guidePort()}/?to=layer`)).toBe('indexed');
    expect(caught).toBe(0);
  });

  it('does not send the rest of a layer from elsewhere', async () => {
    addresses = [['127.0.0.2'], ['127.0.0.1']];
    expect(await post(`http://layers.example.org:${guidePort()}/?to=broken`)).toBe('unreadable');
    expect({ caught, writes }).toEqual({ caught: 0, writes: [] });
    expect(lookedUp.length).toBeGreaterThan(1);
  });
});
