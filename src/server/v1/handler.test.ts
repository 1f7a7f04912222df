import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ask, layerBody, raw, useTestApi } from '../../../test/support/v1-api.ts';
import { exchange } from '../../../test/support/v1-servers.ts';
import { StoreError } from '../../errors.ts';
import { createHealthHandler } from './handler.ts';

const api = useTestApi();

describe('an answer', () => {
  it('says nothing of a connection that stays open', async () => {
    const got = await raw(await api.start(), 'GET /v1/namespaces HTTP/1.1\r\nHost: a\r\n\r\n', 'null}');
    const headers = got
      .split('\r\n\r\n')[0]!
      .split('\r\n')
      .map((line) => line.split(':')[0]);
    expect(headers).toEqual(['HTTP/1.1 200 OK', 'Content-Type', 'Server', 'Content-Length', 'Date']);
  });

  it('says it where the client of HTTP/1.0 asked for it, and closes otherwise', async () => {
    const host = await api.start();
    expect(await raw(host, 'GET /v1/namespaces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', 'null}')).toMatch(
      /Connection: keep-alive/i,
    );
    expect(await raw(host, 'GET /v1/namespaces HTTP/1.0\r\n\r\n')).toMatch(/Connection: close/i);
  });

  it('is compressed where the client takes gzip, errors too', async () => {
    const host = await api.start();
    for (const [coding, zipped] of [
      ['gzip', true],
      ['gzip, deflate', true],
      ['x-gzip;q=0', true],
      ['identity', false],
      ['GZIP', false],
    ] as const) {
      const answer = await exchange(host, {
        method: 'GET',
        path: '/v1/layers/x',
        headers: { 'accept-encoding': coding },
      });
      expect(answer.headers['Content-Encoding']).toBe(zipped ? 'gzip' : undefined);
      const body = zipped ? gunzipSync(answer.body) : answer.body;
      expect(JSON.parse(body.toString())).toEqual({ Error: { Message: 'the resource cannot be found' } });
      expect(answer.headers['Content-Length']).toBe(String(answer.body.length));
    }
  });

  it.each([
    [2048, { 'Content-Length': '2048' }],
    [2049, { 'Transfer-Encoding': 'chunked' }],
  ])('of %i bytes says how long it is as Go does', async (size, expected) => {
    const host = await api.start();
    const frame = '{"Layer":{"Name":"l","Path":"","Format":"Docker","IndexedByVersion":3}}\n'.length;
    const answer = await ask(host, 'POST /v1/layers', layerBody({ Path: 'p'.repeat(size - frame) }));
    expect(answer.body.length).toBe(size);
    expect(answer.headers).toMatchObject(expected);
  });

  it('does not tell the client what its layer was fetched with in the log', async () => {
    const host = await api.start();
    await ask(host, 'POST /v1/layers', layerBody({ Headers: { Authorization: 'Bearer secret-word' } }));
    await ask(host, 'GET /v1/namespaces/x/vulnerabilities?limit=1&page=secret-word');
    expect(api.logged.length).toBeGreaterThan(1);
    expect(JSON.stringify(api.logged)).not.toContain('secret-word');
  });

  it('to an escape that is none is 400 and the end of the connection', async () => {
    const got = await raw(await api.start(), 'GET /v1/layers/%zz HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(got).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(got).toMatch(/Connection: close/i);
  });
});

describe('time', () => {
  it('over: 503, and the work goes on', async () => {
    let finish: () => void = () => undefined;
    let aborted: boolean | undefined;
    api.index = async (_, signal) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      aborted = signal.aborted;
    };
    const host = await api.start({ timeout: 500 });
    const answer = await ask(host, 'POST /v1/layers', layerBody());
    expect(answer.status).toBe(503);
    expect(answer.headers['Content-Type']).toBe('text/plain; charset=utf-8');
    await expect.poll(() => api.requested.length).toBe(1);
    finish();
    await expect.poll(() => aborted).toBe(false);
  });

  it('that nobody waits for ends in the end', async () => {
    let reason: unknown;
    api.index = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
          reject(signal.reason as Error);
        });
      });
    const host = await api.start({ timeout: 200, limits: { workTime: 600 } });
    expect((await ask(host, 'POST /v1/layers', layerBody())).status).toBe(503);
    await expect.poll(() => reason).toBeInstanceOf(Error);
  });

  it('of the service over ends work', async () => {
    const stop = new AbortController();
    api.index = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const host = await api.start({ signal: stop.signal });
    const answer = ask(host, 'POST /v1/layers', layerBody());
    await expect.poll(() => api.requested.length).toBe(1);
    stop.abort(new Error('stopped'));
    expect((await answer).status).toBe(500);
  });

  it('for a body that comes too slowly is 408 and the end of the connection', async () => {
    const host = await api.start({ limits: { bodyTime: 50 } });
    const got = await raw(host, 'POST /v1/layers HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{"La');
    expect(got).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(got).toMatch(/Connection: close/i);
  });

  it('is not needed for the rest of a body whose first value is there', async () => {
    const host = await api.start();
    const text = `${JSON.stringify(layerBody())}${' '.repeat(1024 * 1024)}`;
    const got = await raw(
      host,
      `POST /v1/layers HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n${text}`,
      '"IndexedByVersion":3}}',
    );
    expect(got).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
  });
});

describe('a client', () => {
  it('that sends a body without an end loses its connection after the answer', async () => {
    const host = await api.start();
    const [hostname, port] = host.split(':') as [string, string];
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write('POST /v1/layers HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n');
    socket.on('data', () => undefined);
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    let sent = 0;
    const pump = (): void => {
      while (!socket.destroyed && socket.write(chunk)) sent += chunk.length;
    };
    socket.on('drain', pump);
    pump();
    await new Promise((resolve) => socket.on('close', resolve));
    expect(sent).toBeLessThan(32 * 1024 * 1024);
  });

  it('that goes away in the middle of its body is forgotten', async () => {
    const host = await api.start({ limits: { requestsPerClient: 1 } });
    const [hostname, port] = host.split(':') as [string, string];
    const socket = connect(Number(port), hostname);
    socket.write('POST /v1/layers HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{');
    await expect.poll(async () => (await ask(host, 'GET /v1/namespaces')).status).toBe(429);
    socket.destroy();
    await expect.poll(async () => (await ask(host, 'GET /v1/namespaces')).status).toBe(200);
    expect(api.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('that goes away before the answer leaves the work to be done', async () => {
    let done = false;
    let finish: () => void = () => undefined;
    api.index = async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      done = true;
    };
    const host = await api.start();
    const body = JSON.stringify(layerBody());
    const [hostname, port] = host.split(':') as [string, string];
    const socket = connect(Number(port), hostname);
    socket.write(`POST /v1/layers HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await expect.poll(() => api.requested.length).toBe(1);
    socket.destroy();
    finish();
    await expect.poll(() => done).toBe(true);
    expect((await ask(host, 'GET /v1/namespaces')).status).toBe(200);
  });

  it('is who the front says, not the address that many come from', async () => {
    const waiting: (() => void)[] = [];
    api.index = () => new Promise((resolve) => waiting.push(resolve));
    const handler = api.handler({ limits: { requestsPerClient: 1 } });
    const host = await api.serve((request, response) =>
      handler(request, response, String(request.headers['x-client'])),
    );
    const askAs = async (client: string) =>
      (await exchange(host, { method: 'GET', path: '/v1/namespaces', headers: { 'x-client': client } })).status;
    const body = JSON.stringify(layerBody());
    const first = exchange(host, { method: 'POST', path: '/v1/layers', headers: { 'x-client': 'one' }, body });
    await expect.poll(() => waiting.length).toBe(1);
    expect([await askAs('one'), await askAs('two')]).toEqual([429, 200]);
    waiting[0]!();
    expect((await first).status).toBe(201);
  });

  it('with too many requests at a time is sent away, and let in again', async () => {
    const waiting: (() => void)[] = [];
    api.index = () => new Promise((resolve) => waiting.push(resolve));
    const host = await api.start({ limits: { requestsPerClient: 2 } });
    const first = [ask(host, 'POST /v1/layers', layerBody()), ask(host, 'POST /v1/layers', layerBody())];
    await expect.poll(() => waiting.length).toBe(2);
    const refused = await ask(host, 'GET /v1/namespaces');
    expect([refused.status, refused.headers['Retry-After']]).toEqual([429, '1']);
    // What costs nothing is answered all the same.
    expect((await ask(host, 'GET /nope')).status).toBe(404);
    for (const finish of waiting) finish();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([201, 201]);
    expect((await ask(host, 'GET /v1/namespaces')).status).toBe(200);
  });

  it('that waits to be told that it may send its body is told', async () => {
    const body = JSON.stringify(layerBody());
    const head = `POST /v1/layers HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`;
    expect(await raw(await api.start(), head + body)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 Created/);
  });
});

describe('createHealthHandler', () => {
  async function health(ping: () => Promise<void>, timeout = 1000): Promise<string> {
    return api.serve(createHealthHandler({ store: { ping }, timeout, log: api.log }));
  }

  it.each([
    ['answers', () => Promise.resolve(), 200],
    ['does not answer', () => Promise.reject(new StoreError('store.unavailable', '')), 500],
    ['says nothing at all', () => new Promise<void>(() => undefined), 503],
  ] as const)('when the database %s', async (_, ping, status) => {
    const answer = await ask(await health(ping, 50), 'GET /health');
    expect(answer.status).toBe(status);
  });

  it.each([
    ['GET /', 404],
    ['GET /v1/namespaces', 404],
    ['HEAD /health', 405],
    ['GET /health/', 301],
    ['GET /Health', 301],
  ])('%s: %i', async (line, status) => {
    expect((await ask(await health(() => Promise.resolve()), line)).status).toBe(status);
  });
});
