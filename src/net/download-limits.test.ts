import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { body, failure, type Handler, json, serve, stopAfterEach } from '../../test/support/download-server.ts';
import { type Dialer, offlineDialer } from './dial.ts';
import { download } from './download.ts';

stopAfterEach();

describe('a wait before another try', () => {
  it('is told with its reason, and without what is secret in the address', async () => {
    const { get, dialer, origin } = await serve((_, response, count) => {
      if (count % 2 === 0) json(response);
      else response.writeHead(503).end();
    });
    const told: string[] = [];
    const more = {
      onRetry: (words: string): void => void told.push(words),
      limits: { backOffMs: 300, backOffMaximumMs: 300 },
    };

    await get(more);
    await download(dialer, `${origin.replace('//', '//user:secret@')}/x?token=secret`, more);

    expect(told).toEqual([
      expect.stringMatching(`^retrying in 0\\.[23] s: ${origin}/data\\.json answered HTTP 503$`),
      expect.stringMatching(`^retrying in 0\\.[23] s: ${origin}/x answered HTTP 503$`),
    ]);
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
    const { get, stop } = await serve((_, response) => json(response));
    stop();

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

  it('all attempts together end in time, also where memory is cleaned up before anybody listens', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const silent: Dialer = {
      ...offlineDialer(),
      request: async () => {
        for (let time = 0; time < 5; time++) {
          await sleep(30);
          collect();
        }
        throw new Error('broken');
      },
    };
    const signal = new AbortController().signal;

    const error = await failure(download(silent, 'http://feed.example/', { signal, limits: { totalMs: 100 } }));

    expect(error.message).toContain('took longer than 0.1 seconds');
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
