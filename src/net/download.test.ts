import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { FeedError } from '../errors.ts';
import { type Dialer, offlineDialer } from './dial.ts';
import { type DownloadOptions, download } from './download.ts';
import type { DownloadLimits } from './download-limits.ts';
import { networkDialer } from './network-dialer.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const body = Buffer.from(JSON.stringify({ records: Array.from({ length: 500 }, (_, i) => i) }));
const quick: Partial<DownloadLimits> = { backOffMs: 1, backOffMaximumMs: 2 };

let server: Server | undefined;
let dialer: Dialer | undefined;

afterEach(async () => {
  await dialer?.close();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** Serves `handler` on a free port and returns what it was asked, and a download of one of its paths. */
async function serve(handler: Handler) {
  const requests: IncomingMessage[] = [];
  server = createServer((request, response) => {
    requests.push(request);
    handler(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  dialer = networkDialer();
  const through = dialer;
  return {
    requests,
    origin: `http://127.0.0.1:${port}`,
    get: (options: DownloadOptions = {}) =>
      download(through, `http://127.0.0.1:${port}/data.json`, { ...options, limits: { ...quick, ...options.limits } }),
  };
}

function json(response: ServerResponse, headers: Record<string, string | number> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length, ...headers });
  response.end(body);
}

/** Sends the first `bytes` of the body and cuts the connection. */
function cut(response: ServerResponse, bytes: number, headers: Record<string, string | number> = {}): void {
  response.writeHead(200, { 'content-length': body.length, ...headers });
  response.write(body.subarray(0, bytes), () => setTimeout(() => response.destroy(), 20));
}

async function failure(promise: Promise<unknown>): Promise<FeedError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FeedError);
  return error as FeedError;
}

describe('a body that comes', () => {
  it('is handed on with a validator that holds what the server said and the digest', async () => {
    const { get } = await serve((_, response) => json(response, { etag: '"a"' }));

    const result = await get();

    expect(result).toMatchObject({ status: 'changed', body });
    expect(JSON.parse((result as { validator: string }).validator)).toEqual({
      etag: '"a"',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('is decompressed', async () => {
    const { get, requests } = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
    });

    expect(await get()).toMatchObject({ status: 'changed', body });
    expect(requests[0]?.headers['accept-encoding']).toBe('gzip');
  });

  it('tells how far it is', async () => {
    const { get } = await serve((_, response) => json(response));
    const seen: (readonly [number, number | undefined])[] = [];

    await get({ onProgress: (received, total) => seen.push([received, total]) });

    expect(seen.at(-1)).toEqual([body.length, body.length]);
  });

  it('may be a web page where one was asked for', async () => {
    const { get } = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><a href="v3.20/">v3.20</a>');
    });

    expect(await get({ page: true })).toMatchObject({ status: 'changed' });
  });
});

describe('a body that did not change', () => {
  it.each([
    ['an entity tag', { etag: '"a"', 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' }, 'if-none-match', '"a"'],
    [
      'a date',
      { 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' },
      'if-modified-since',
      'Mon, 01 Jan 2024 00:00:00 GMT',
    ],
  ])('is told by %s', async (_, headers, condition, value) => {
    const { get, requests } = await serve((request, response) => {
      if (request.headers[condition] === value) response.writeHead(304).end();
      else json(response, headers);
    });
    const first = await get();

    const second = await get({ validator: (first as { validator: string }).validator });

    expect(second).toEqual({ status: 'unchanged' });
    expect(requests).toHaveLength(2);
  });

  it('is told by its digest where the server cannot tell', async () => {
    const { get } = await serve((_, response) => json(response));
    const first = (await get()) as { validator: string };

    expect(await get({ validator: first.validator })).toEqual({ status: 'unchanged', validator: first.validator });
  });

  it('is told by its digest where the server changes its tag for nothing', async () => {
    const { get } = await serve((_, response, count) => json(response, { etag: `"${count}"` }));
    const first = (await get()) as { validator: string };

    const second = (await get({ validator: first.validator })) as { status: string; validator: string };

    expect(second.status).toBe('unchanged');
    expect(JSON.parse(second.validator)).toMatchObject({ etag: '"2"' });
  });

  it('is downloaded anew when the validator is not one of ours', async () => {
    const { get } = await serve((_, response) => json(response));

    expect(await get({ validator: 'W/"x"' })).toMatchObject({ status: 'changed' });
  });
});

describe('an answer that is no body', () => {
  it.each([404, 410])('%i means absent', async (status) => {
    const { get } = await serve((_, response) => response.writeHead(status).end('no'));

    expect(await get()).toEqual({ status: 'absent' });
  });

  it.each([400, 401, 403, 501])('%i is refused at once', async (status) => {
    const { get, requests } = await serve((_, response) => response.writeHead(status).end('no'));

    const error = await failure(get());

    expect(error.code).toBe('feed.refused');
    expect(error.message).toContain(`answered HTTP ${status}`);
    expect(requests).toHaveLength(1);
  });

  it('304 without a validator is refused', async () => {
    const { get } = await serve((_, response) => response.writeHead(304).end());

    expect((await failure(get())).code).toBe('feed.refused');
  });

  it.each([
    ['a web page', 'text/html', '<html><body>Please log in</body></html>', 'web page'],
    ['a web page that calls itself JSON', 'application/json', '\ufeff \n<!DOCTYPE html><title>x</title>', 'web page'],
    ['nothing', 'application/json', '', 'empty'],
  ])('%s is refused', async (_, type, text, words) => {
    const { get } = await serve((_request, response) => response.writeHead(200, { 'content-type': type }).end(text));

    const error = await failure(get());

    expect(error.code).toBe('feed.refused');
    expect(error.message).toContain(words);
  });

  it('does not print what may be secret in the address', async () => {
    const { origin } = await serve((_, response) => response.writeHead(403).end());
    const address = `${origin.replace('//', '//me:secret@')}/x?token=hidden`;

    const error = await failure(download(dialer as Dialer, address, { limits: quick }));

    expect(error.message).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/x answered HTTP 403$/);
  });
});

describe('limits', () => {
  it.each([
    ['announced', true],
    ['not announced', false],
  ])('a body beyond the limit is refused when its length is %s', async (_, announced) => {
    const { get } = await serve((_request, response) => {
      if (announced) json(response);
      else response.writeHead(200).end(body);
    });

    const error = await failure(get({ limits: { wireBytes: 100 } }));

    expect(error.message).toContain('more than 100 bytes');
  });

  it('a gzip bomb is refused before it is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const { get } = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));

    const error = await failure(get({ limits: { bodyBytes: 1024 * 1024 } }));

    expect(error.code).toBe('feed.refused');
    expect(error.message).toContain('more than 1048576 bytes once decompressed');
  });

  it('damaged gzip data is refused', async () => {
    const { get } = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body).subarray(0, 40));
    });

    expect((await failure(get())).message).toContain('damaged gzip');
  });

  it('an encoding that was not asked for is refused', async () => {
    const { get } = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'br' }).end('x'));

    expect((await failure(get())).message).toContain('"br"');
  });
});

describe('failures that may pass', () => {
  it.each([500, 502, 503, 504, 408, 429])('%i is tried again', async (status) => {
    const { get, requests } = await serve((_, response, count) => {
      if (count === 1) response.writeHead(status).end();
      else json(response);
    });

    expect(await get()).toMatchObject({ status: 'changed', body });
    expect(requests).toHaveLength(2);
  });

  it('is given up after some attempts', async () => {
    const { get, requests } = await serve((_, response) => response.writeHead(500).end());

    const error = await failure(get({ limits: { attempts: 3 } }));

    expect(error.code).toBe('feed.unreachable');
    expect(error.message).toContain('answered HTTP 500 (asked 3 times)');
    expect(requests).toHaveLength(3);
  });

  it('waits as long as the server asks', async () => {
    const times: number[] = [];
    const { get } = await serve((_, response, count) => {
      times.push(performance.now());
      if (count === 1) response.writeHead(429, { 'retry-after': '1' }).end();
      else json(response);
    });

    await get();

    expect((times[1] as number) - (times[0] as number)).toBeGreaterThan(990);
  });

  it('does not wait longer than is reasonable', async () => {
    const { get, requests } = await serve((_, response) => response.writeHead(503, { 'retry-after': '3600' }).end());

    const error = await failure(get());

    expect(error.message).toContain('wants to be left alone for 3600 seconds');
    expect(requests).toHaveLength(1);
  });

  it('tells that nobody listens', async () => {
    const { get } = await serve((_, response) => json(response));
    server?.close();
    server?.closeAllConnections();

    const error = await failure(get());

    expect(error.code).toBe('feed.unreachable');
    expect(error.message).toContain('refuses connections');
  });

  it('a server that never answers is left', async () => {
    const { get } = await serve(() => {});

    const error = await failure(get({ limits: { headersMs: 100, attempts: 1 } }));

    expect(error.message).toContain('does not answer');
  });

  it('a body that stops coming is left', async () => {
    const { get } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 100));
    });

    const error = await failure(get({ limits: { idleMs: 100, attempts: 1 } }));

    expect(error.message).toContain('stopped sending');
  });

  it('all attempts together end in time', async () => {
    const { get } = await serve((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });

    const error = await failure(get({ limits: { totalMs: 200 } }));

    expect(error.message).toContain('took longer than 0.2 seconds');
  });

  it.each([
    ['before the headers', (): void => {}],
    [
      'in the middle of the body',
      (_: IncomingMessage, response: ServerResponse): void => {
        response.writeHead(200);
        response.write('x');
      },
    ],
  ] as [string, Handler][])('ends when the caller wants it to, %s', async (_, handler) => {
    const { get } = await serve(handler);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stopped by the user')), 50);

    await expect(get({ signal: stop.signal })).rejects.toThrow('stopped by the user');
  });
});

describe('a body that breaks off', () => {
  it('is never handed on', async () => {
    const { get, requests } = await serve((_, response) => cut(response, 100));

    const error = await failure(get({ limits: { attempts: 2 } }));

    expect(error.code).toBe('feed.unreachable');
    expect(requests.map((request) => request.headers.range)).toEqual([undefined, undefined]);
  });

  it('is cut where it was announced to end, as HTTP/1.1 says', async () => {
    const { get } = await serve((_, response) => {
      response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\n[1,2]trailing');
    });

    expect(await get({ limits: { attempts: 1 } })).toMatchObject({ body: Buffer.from('[1,2]') });
  });

  it('is continued where the server can', async () => {
    const { get, requests } = await serve((request, response, count) => {
      const headers = { etag: '"a"', 'accept-ranges': 'bytes' };
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]);
      if (count === 1) return cut(response, 1000, headers);
      const end = count === 2 ? 1500 : body.length;
      response.writeHead(206, {
        ...headers,
        'content-range': `bytes ${from}-${body.length - 1}/${body.length}`,
        'content-length': body.length - from,
      });
      if (end === body.length) return response.end(body.subarray(from));
      return response.write(body.subarray(from, end), () => setTimeout(() => response.destroy(), 20));
    });

    const result = await get({ limits: { attempts: 2 } });

    expect(result).toMatchObject({ status: 'changed', body });
    expect(requests.map((request) => request.headers.range)).toEqual([undefined, 'bytes=1000-', 'bytes=1500-']);
    expect(requests[1]?.headers['if-range']).toBe('"a"');
  });

  it.each([
    ['weak entity tag', { etag: 'W/"a"', 'accept-ranges': 'bytes' }],
    ['no entity tag and no date', { 'accept-ranges': 'bytes' }],
    ['no ranges', { etag: '"a"' }],
  ])('starts anew with %s', async (_, headers) => {
    const { get, requests } = await serve((_request, response, count) => {
      if (count === 1) cut(response, 1000, headers as Record<string, string>);
      else json(response, headers as Record<string, string>);
    });

    expect(await get()).toMatchObject({ status: 'changed', body });
    expect(requests[1]?.headers.range).toBeUndefined();
  });

  it('starts anew when the server has another body by now', async () => {
    const { get } = await serve((_, response, count) => {
      if (count === 1) cut(response, 1000, { etag: '"old"', 'accept-ranges': 'bytes' });
      else json(response, { etag: '"new"', 'accept-ranges': 'bytes' });
    });

    expect(await get()).toMatchObject({ status: 'changed', body });
  });

  it('starts anew when another part comes than was asked for', async () => {
    const { get, requests } = await serve((_, response, count) => {
      const headers = { etag: '"a"', 'accept-ranges': 'bytes' };
      if (count === 1) return cut(response, 1000, headers);
      if (count === 3) return json(response, headers);
      return response
        .writeHead(206, { ...headers, 'content-range': `bytes 0-99/${body.length}` })
        .end(body.subarray(0, 100));
    });

    expect(await get()).toMatchObject({ status: 'changed', body });
    expect(requests[2]?.headers.range).toBeUndefined();
  });
});

describe('redirects', () => {
  it('are followed', async () => {
    const { get, requests } = await serve((request, response) => {
      if (request.url === '/data.json') response.writeHead(302, { location: '/elsewhere' }).end();
      else json(response);
    });

    expect(await get()).toMatchObject({ status: 'changed', body });
    expect(requests.map((request) => request.url)).toEqual(['/data.json', '/elsewhere']);
  });

  it('in a circle are refused', async () => {
    const { get, requests } = await serve((_, response) => response.writeHead(301, { location: '/data.json' }).end());

    const error = await failure(get());

    expect(error.message).toContain('redirects more than 5 times');
    expect(requests).toHaveLength(6);
  });

  it.each([
    ['nowhere', undefined, 'to no address'],
    ['a bad address', 'http://[', 'to no address'],
    ['another protocol', 'file:///etc/passwd', 'redirects to file:'],
  ])('to %s are refused', async (_, location, words) => {
    const { get } = await serve((_request, response) => {
      response.writeHead(302, location === undefined ? {} : { location }).end();
    });

    expect((await failure(get())).message).toContain(words);
  });

  it('from https to http are refused, save to this machine', async () => {
    const answers: Record<string, string> = { 'https://a.example/x': 'http://b.example/x' };
    const fake: Dialer = {
      ...offlineDialer(),
      request: async (url) => {
        const location = answers[url.href];
        return {
          status: location === undefined ? 404 : 302,
          isPublic: true,
          header: (name) => (name === 'location' ? location : undefined),
          body: (async function* () {})(),
          discard() {},
        };
      },
    };

    expect((await failure(download(fake, 'https://a.example/x'))).message).toContain(
      'redirects from https to http://b.',
    );
    answers['https://a.example/x'] = 'http://127.0.0.1:1/x';
    expect(await download(fake, 'https://a.example/x')).toEqual({ status: 'absent' });
  });

  it('do not carry a password to another host', async () => {
    const { requests, origin } = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: `${origin.replace('127.0.0.1', 'localhost')}/x` });
      response.end('{}');
    });

    await download(dialer as Dialer, origin.replace('//', '//me:p%40ss@'), { limits: { attempts: 1 } }).catch(() => {});

    expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    expect(requests.slice(1).map((request) => request.headers.authorization)).toEqual([undefined]);
  });
});

describe('dialers', () => {
  it('an offline one refuses in words and asks nobody', async () => {
    const { origin, requests } = await serve((_, response) => json(response));

    const error = await failure(download(offlineDialer(), `${origin}/x`));

    expect(error.code).toBe('feed.unreachable');
    expect(error.message).toContain('--offline');
    expect(requests).toHaveLength(0);
  });

  it('remember whom they asked', async () => {
    const { get, origin } = await serve((_, response) => json(response));

    await get();
    await get();

    expect([...(dialer as Dialer).hosts]).toEqual([new URL(origin).host]);
  });

  it('refuse an address that is none', async () => {
    expect((await failure(download(networkDialer(), 'nonsense'))).code).toBe('feed.refused');
    await expect(networkDialer().request(new URL('ftp://a.example/'))).rejects.toThrow('only http and https');
  });
});
