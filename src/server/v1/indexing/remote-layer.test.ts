import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TarEntry, tar } from '../../../../test/support/tar.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { defaultLimits } from '../../../limits.ts';
import { silent } from '../../../log.ts';
import type { Dialer } from '../../../net/dial.ts';
import { networkDialer } from '../../../net/network-dialer.ts';
import { HostList } from './host-list.ts';
import { openRemoteLayer } from './remote-layer.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const servers: Server[] = [];
let asked: IncomingMessage[] = [];
let dialer: Dialer;

beforeEach(() => {
  asked = [];
  dialer = networkDialer({ direct: true });
});

afterEach(async () => {
  await dialer.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Starts a server and returns its host. */
async function serve(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Fetch {
  readonly hosts?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly attempts?: number;
}

/** Names and bodies of what comes, and problems; or the word for why nothing does. */
async function fetched(url: string, { hosts, headers = {}, signal, attempts = 4 }: Fetch = {}): Promise<string[]> {
  const given = signal ?? new AbortController().signal;
  const source = await openRemoteLayer(url, new Map(Object.entries(headers)), {
    dialer,
    hosts: new HostList(hosts ?? [new URL(url).host]),
    limits: { ...defaultLimits, ratioFloorBytes: 1024 * 1024 },
    log: silent,
    signal: given,
    patience: { backOffMs: 1, attempts },
  });
  const seen: string[] = [];
  const visitor = {
    member: () => 10_000_000,
    content: ({ path }: { path: string }, content: Buffer) => void seen.push(`${path} ${content.length}`),
    problem: (code: string) => void seen.push(code),
  };
  try {
    await source.content.walk(visitor, { limits: { ...defaultLimits, ratioFloorBytes: 1024 * 1024 }, signal: given });
  } finally {
    source.close();
  }
  return seen;
}

const entries: TarEntry[] = [
  { path: 'a', content: 'x'.repeat(3000) },
  { path: 'b', content: Buffer.alloc(200_000, 'y') },
];
const layer = tar(entries);
const whole = ['a 3000', 'b 200000'];
const zeros = tar([{ path: 'zeros', content: Buffer.alloc(8 * 1024 * 1024) }]);

describe('a layer of a server', () => {
  it.each<[string, Buffer, Record<string, string>]>([
    ['as it is', layer, {}],
    ['compressed', gzipSync(layer), {}],
    ['encoded', gzipSync(layer), { 'content-encoding': 'gzip' }],
    ['compressed and encoded', gzipSync(gzipSync(layer)), { 'content-encoding': 'x-gzip' }],
  ])('comes %s', async (_how, body, headers) => {
    const host = await serve((_request, response) => response.writeHead(200, headers).end(body));
    expect(await fetched(`http://${host}/x`)).toEqual(whole);
    expect(asked).toHaveLength(1);
  });

  it.each([200, 201, 203, 206])('comes with the status %i', async (status) => {
    const host = await serve((_request, response) => response.writeHead(status).end(layer));
    expect(await fetched(`http://${host}/x`)).toEqual(whole);
    expect(asked).toHaveLength(1);
  });

  it('is blank where nothing comes', async () => {
    const host = await serve((_request, response) => response.writeHead(204).end());
    expect(await fetched(`http://${host}/x`)).toEqual([]);
  });

  it('comes without anybody saying how long it is', async () => {
    const host = await serve((_request, response) => {
      response.write(layer.subarray(0, 1000));
      response.end(layer.subarray(1000));
    });
    expect(await fetched(`http://${host}/x`)).toEqual(whole);
  });

  it('may not grow beyond all measure', async () => {
    const body = gzipSync(zeros);
    const host = await serve((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(body));
    expect(await fetched(`http://${host}/x`)).toContain('layer.limit');
  });

  it('is asked for with the headers of the client, save those that are not its own', async () => {
    const host = await serve((_request, response) => response.end(layer));
    const headers = {
      AUTHORIZATION: 'Bearer tok',
      'x-Custom': '1',
      Host: 'elsewhere.example.org',
      Connection: 'close',
      Range: 'bytes=5-',
      'Content-Length': '7',
      'Transfer-Encoding': 'chunked',
      'Accept-Encoding': 'br',
      'X-Empty': '',
    };
    expect(await fetched(`http://${host}/x`, { headers })).toEqual(whole);
    expect(asked[0]!.headers).toMatchObject({
      authorization: 'Bearer tok',
      'x-custom': '1',
      host,
      'accept-encoding': 'identity',
      'user-agent': 'drydock',
    });
    expect(asked[0]!.headers).not.toHaveProperty('range');
    expect(asked[0]!.headers).not.toHaveProperty('x-empty');
    expect(asked[0]!.headers).not.toHaveProperty('content-length');
  });

  it('comes where the authorisation is empty', async () => {
    const host = await serve((request, response) => {
      response.writeHead(request.headers.authorization === undefined ? 200 : 400).end(layer);
    });
    expect(await fetched(`http://${host}/x`, { headers: { Authorization: '' } })).toEqual(whole);
  });

  it.each([
    ['a line end in a value', { 'X-A': 'a\r\nX-B: b' }],
    ['a blank in a name', { 'X A': 'a' }],
  ])('is not asked for with %s', async (_what, headers) => {
    const host = await serve((_request, response) => response.end(layer));
    await expect(fetched(`http://${host}/x`, { headers })).rejects.toMatchObject({ failure: 'source-not-found' });
    expect(asked).toHaveLength(0);
  });

  it('is not told the credentials of another origin, nor does one get them back', async () => {
    let other = '';
    const home: string = await serve((request, response) => {
      if (request.url === '/x') response.writeHead(302, { location: `http://${other}/y` }).end();
      else response.end(layer);
    });
    other = await serve((_request, response) => response.writeHead(307, { location: `http://${home}/z` }).end());
    const headers = { Authorization: 'Bearer tok', Cookie: 'c=1', 'X-Token': 't' };
    expect(await fetched(`http://${home}/x`, { hosts: [home, other], headers })).toEqual(whole);
    const sent = asked.map(({ headers: h }) => [h.authorization, h.cookie, h['x-token']]);
    expect(sent).toEqual([
      ['Bearer tok', 'c=1', 't'],
      [undefined, undefined, undefined],
      [undefined, undefined, undefined],
    ]);
  });

  it('keeps its headers on the way through its own origin', async () => {
    const host = await serve((request, response) => {
      if (request.url === '/x') response.writeHead(301, { location: '/y' }).end();
      else response.end(layer);
    });
    expect(await fetched(`http://${host}/x`, { headers: { Authorization: 'Bearer tok' } })).toEqual(whole);
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer tok', 'Bearer tok']);
  });

  it.each([400, 401, 403, 404, 429, 500, 503, 304])('is not there where the answer is %i, at once', async (status) => {
    const host = await serve((_request, response) => response.writeHead(status).end());
    await expect(fetched(`http://${host}/x`)).rejects.toMatchObject({ failure: 'source-not-found' });
    expect(asked).toHaveLength(1);
  });

  it('is not there where nobody listens', async () => {
    await expect(fetched('http://127.0.0.1:1/x')).rejects.toMatchObject({ failure: 'source-not-found' });
  });

  it.each([
    ['no place', {}],
    ['no address', { location: 'http://[/' }],
  ])('is not there behind a redirect to %s', async (_what, headers) => {
    const host = await serve((_request, response) => response.writeHead(302, headers).end());
    await expect(fetched(`http://${host}/x`)).rejects.toMatchObject({ failure: 'source-not-found' });
  });
});

describe('a layer of a server with TLS', () => {
  const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

  it.skipIf(!hasOpenssl)('comes where its certificate is trusted, or need not be', async () => {
    const folder = temporaryFolder();
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name)) as [string, string];
    const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    spawnSync('openssl', [...kind, ...subject, '-keyout', key, '-out', cert]);
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      asked.push(request);
      response.end(layer);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    await expect(fetched(url)).rejects.toMatchObject({ failure: 'source-not-found' });
    expect(asked).toHaveLength(0);
    await dialer.close();
    dialer = networkDialer({ direct: true, insecureTls: true });
    expect(await fetched(url)).toEqual(whole);
  });
});

describe('a download that breaks', () => {
  /** Breaks the first answers after some bytes, and then answers ranges. */
  const breaking =
    (times: number, ranged: (request: IncomingMessage, response: ServerResponse, start: number) => void): Answer =>
    (request, response) => {
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? 'bytes=0-')![1]);
      if (asked.length > times) return ranged(request, response, start);
      const range = start === 0 ? {} : { 'content-range': `bytes ${start}-${layer.length - 1}/${layer.length}` };
      response.writeHead(start === 0 ? 200 : 206, { etag: '"1"', 'content-length': layer.length - start, ...range });
      response.write(layer.subarray(start, start + 50_000), () => setTimeout(() => request.socket.destroy(), 20));
    };
  const rest = (response: ServerResponse, start: number, etag = '"1"'): void => {
    const range = `bytes ${start}-${layer.length - 1}/${layer.length}`;
    response.writeHead(206, { etag, 'content-range': range }).end(layer.subarray(start));
  };

  it('is continued where it broke, if the layer is still the same', async () => {
    const host = await serve(breaking(2, (_request, response, start) => rest(response, start)));
    expect(await fetched(`http://${host}/x`, { headers: { Authorization: 'Bearer tok' } })).toEqual(whole);
    expect(asked).toHaveLength(3);
    expect(asked[2]!.headers).toMatchObject({ 'if-range': '"1"', authorization: 'Bearer tok' });
    expect(Number(/\d+/.exec(asked[2]!.headers.range!)![0])).toBeGreaterThan(0);
  });

  it('is read again where the server knows no ranges', async () => {
    const host = await serve(breaking(1, (_request, response) => response.writeHead(200, { etag: '"1"' }).end(layer)));
    expect(await fetched(`http://${host}/x`)).toEqual(whole);
  });

  it.each<[string, (response: ServerResponse, start: number) => void]>([
    ['another layer', (response) => response.writeHead(200, { etag: '"2"' }).end(layer)],
    ['a part of another layer', (response, start) => rest(response, start, '"2"')],
    ['nothing', (response) => response.writeHead(404).end()],
  ])('is not made whole by %s', async (_what, answer) => {
    const host = await serve(breaking(1, (_request, response, start) => answer(response, start)));
    await expect(fetched(`http://${host}/x`)).rejects.toMatchObject({ code: 'source.refused' });
    expect(asked).toHaveLength(2);
  });

  it('is given up after some attempts that bring nothing', async () => {
    const host = await serve(breaking(1, (request) => request.socket.destroy()));
    await expect(fetched(`http://${host}/x`, { attempts: 3 })).rejects.toMatchObject({ code: 'source.unreachable' });
    expect(asked.length).toBeGreaterThanOrEqual(3);
  });

  it('ends at once when nobody waits for it any more', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const connected = new Promise<void>((resolve) => server.once('connection', () => resolve()));
    const stop = new AbortController();
    const outcome = fetched(`http://127.0.0.1:${port}/x`, { signal: stop.signal });
    await connected;
    stop.abort(new Error('stopped'));
    await expect(outcome).rejects.toThrow('stopped');
    server.close();
  });
});
