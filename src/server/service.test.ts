import { once } from 'node:events';
import { statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ask, randomSecret, startTestService } from '../../test/support/service.ts';
import { slowApi, start, stopAfterEach, tokenOf } from '../../test/support/stopped-services.ts';
import { Secret } from '../config/service-secret.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { DrydockError, StoreError } from '../errors.ts';
import { openStore } from '../store/open.ts';

stopAfterEach();

describe('the service', () => {
  it('answers with both APIs and both kinds of health', async () => {
    const { url, healthUrl, ready, settings } = await start();
    await ready;
    expect(await ask(`${url}/v1/namespaces`)).toMatchObject({ status: 200, body: '{"Namespaces":null}\n' });
    expect(await ask(`${url}/`)).toMatchObject({ status: 404, body: '404 page not found\n' });
    expect((await ask(`${url}/v1/layers/unknown`)).status).toBe(404);
    const metrics = (await ask(`${url}/v1/metrics`)).body;
    expect(metrics).toMatch(/^clair_pgsql_query_duration_milliseconds_count\{query="FindLayer",/m);
    expect(metrics).toMatch(/^drydock_updater_last_success_timestamp_seconds 0$/m);
    expect(await ask(`${healthUrl}/health`)).toMatchObject({ status: 200, body: '', headers: { server: 'clair' } });
    expect(await ask(`${healthUrl}/nothing`)).toMatchObject({ status: 404, body: '404 page not found\n' });
    for (const base of [url, healthUrl]) {
      expect(await ask(`${base}/healthz`)).toMatchObject({ status: 200, body: 'ok\n' });
      expect(await ask(`${base}/readyz`)).toMatchObject({ status: 200, body: 'ok\n' });
      expect(await ask(`${base}/readyz`, { method: 'POST' })).toMatchObject({
        status: 405,
        headers: { allow: 'GET, HEAD' },
      });
    }
    expect(await ask(`${url}/api/x`)).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(statSync(settings.stateFolder).mode & 0o777).toBe(0o700);
  });

  it('keeps the key of pages over a restart', async () => {
    const first = await start();
    await first.ready;
    const vulnerability = (n: number) => ({
      Vulnerability: { Name: `CVE-${n}`, NamespaceName: 'debian:8', Severity: 'Low' },
    });
    for (const n of [1, 2]) {
      const body = JSON.stringify(vulnerability(n));
      expect((await ask(`${first.url}/v1/namespaces/debian:8/vulnerabilities`, { method: 'POST', body })).status).toBe(
        201,
      );
    }
    const page = await ask(`${first.url}/v1/namespaces/debian:8/vulnerabilities?limit=1`);
    const { NextPage } = JSON.parse(page.body) as { NextPage: string };
    await first.stop();
    const second = await start(first.settings);
    await second.ready;
    const next = await ask(`${second.url}/v1/namespaces/debian:8/vulnerabilities?limit=1&page=${NextPage}`);
    expect([next.status, next.body]).toEqual([200, expect.stringContaining('CVE-2')]);
  });

  it('starts with less time for an answer than headers have to come in', async () => {
    const { url, healthUrl, ready } = await start({ requestTimeout: 10_000 });
    await ready;
    expect((await ask(`${url}/v1/namespaces`)).status).toBe(200);
    expect((await ask(`${healthUrl}/health`)).status).toBe(200);
  });

  it('has metrics alone where it is no API', async () => {
    const { url, healthUrl, ready } = await start({ roles: new Set(['updater']) });
    await ready;
    expect((await ask(`${url}/v1/metrics`)).status).toBe(200);
    expect((await ask(`${url}/v1/namespaces`)).status).toBe(404);
    expect((await ask(`${healthUrl}/health`)).status).toBe(200);
  });

  it('logs each request once, with an id that it takes from the client or makes', async () => {
    const { work, asked } = slowApi();
    const { url, ready, lines } = await start({}, { work });
    await ready;
    await ask(`${url}/v1/namespaces?token=${'x'.repeat(20)}`, { headers: { 'X-Request-Id': 'abc-1' } });
    const answer = ask(`${url}/api/x`, { headers: { 'X-Request-Id': 'no\tid' } });
    await expect.poll(() => asked.length).toBe(1);
    asked[0]!();
    const { headers, body } = await answer;
    await expect.poll(() => lines.filter((line) => line.includes('Handled HTTP request'))).toHaveLength(2);
    const [v1, api] = lines
      .filter((line) => line.includes('Handled HTTP request'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(v1).toMatchObject({
      'request id': 'abc-1',
      method: 'GET',
      'request uri': '/v1/namespaces?token=***',
      status: '200',
      'remote addr': expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      'elapsed time': expect.any(Number),
      client: '127.0.0.1',
    });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(api).toMatchObject({ 'request id': headers['x-request-id'] });
    expect(JSON.parse(body)).toEqual({ client: '127.0.0.1', requestId: headers['x-request-id'] });
  });

  it('never writes down what a client sent in confidence', async () => {
    const [token, header, password, cookie] = Array.from({ length: 4 }, randomSecret) as [
      string,
      string,
      string,
      string,
    ];
    const { url, ready, lines, stop } = await start({ tokens: [tokenOf('admin', token)] }, { level: 'debug' });
    await ready;
    const headers = { Authorization: `Bearer ${token}`, Cookie: cookie };
    const layer = {
      Name: 'x',
      Path: `http://user:${password}@127.0.0.1:1/layer?token=${password}`,
      Headers: { Authorization: `Bearer ${header}`, 'X-Private': header },
      Format: 'Docker',
    };
    await ask(`${url}/v1/layers`, { method: 'POST', headers, body: JSON.stringify({ Layer: layer }) });
    await ask(`${url}/v1/layers/x?password=${password}`, { headers });
    await ask(`${url}/v1/layers/x`, { headers: { Authorization: `Bearer ${token}x` } });
    await stop();
    const written = lines.join('');
    expect(written).toContain('Handled HTTP request');
    for (const secret of [token, header, password, cookie]) expect(written).not.toContain(secret);
  });
});

describe('where it listens', () => {
  it('says which address is taken, and by which option to choose another', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const address = { host: '127.0.0.1', port };
    const message = (option: string) =>
      `127.0.0.1:${port}: another program listens there already. Stop that program, or name another address: --${option} 127.0.0.1:PORT.`;
    await expect(startTestService({ listen: address })).rejects.toMatchObject({
      code: 'service.address',
      message: message('listen'),
    });
    await expect(startTestService({ healthListen: address })).rejects.toMatchObject({
      message: message('health-listen'),
    });
    taken.close();
    await expect(startTestService({ healthListen: { host: '192.0.2.1', port: 0 } })).rejects.toMatchObject({
      code: 'service.address',
      message: expect.stringContaining('it is no address of this machine. Name another address'),
    });
  });

  it.each([{ port: 0 }, { host: '0.0.0.0', port: 0 }, { host: 'example', port: 0 }])(
    'is not beyond this machine without a word: %j',
    async (listen) => {
      await expect(startTestService({ listen })).rejects.toMatchObject({
        code: 'usage.configuration',
        message: expect.stringMatching(
          /^--listen: .*reachable from other machines.*drydock serve token.*--insecure-listen\.$/s,
        ),
      });
    },
  );

  it('is beyond this machine with tokens, or with the word', async () => {
    const listen = { host: '0.0.0.0', port: 0 };
    const tokens = [tokenOf('read', 'x')];
    const service = await start({ listen, tokens });
    await service.ready;
    expect((await ask(`${service.url}/v1/namespaces`)).status).toBe(401);
    expect(() => service.reload({ ...service.settings, tokens: [] })).toThrow(/reachable from other machines/);
    expect((await ask(`${service.url}/v1/namespaces`)).status).toBe(401);
    const open = await start({ listen, insecureListen: true });
    await open.ready;
    expect((await ask(`${open.url}/v1/namespaces`, { headers: { Host: 'any.example' } })).status).toBe(200);
    expect(open.lines.join('')).toContain('whoever can reach the service may do everything');
  });

  it('answers no page of the web, and no name that was pointed here', async () => {
    const { url, ready } = await start();
    await ready;
    expect(await ask(`${url}/v1/namespaces`, { headers: { Host: 'evil.example' } })).toMatchObject({ status: 403 });
    const layer = { method: 'POST', headers: { Origin: 'http://evil.example' }, body: '{}' };
    expect(await ask(`${url}/v1/layers`, layer)).toMatchObject({ status: 403 });
  });

  it.each([
    ['no HTTP at all', 'nonsense\r\n\r\n', /^HTTP\/1\.1 400 Bad Request\r\n/],
    ['a header without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ])('answers %s with a status and the end', async (_, text, expected) => {
    const { address } = await start();
    const socket = connect(address.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(text);
    let answer = '';
    socket.on('data', (piece) => {
      answer += String(piece);
    });
    await once(socket, 'close');
    expect(answer).toMatch(expected);
  });
});

describe('the database', () => {
  it('is waited for when it does not answer at the start', async () => {
    const { promise: isThere, resolve: comes } = Promise.withResolvers<void>();
    let there = false;
    void isThere.then(() => {
      there = true;
    });
    const service = await start(
      {},
      {
        openStore: async (url) => {
          if (there) return await openStore({ ecosystems, url });
          throw new StoreError('store.unavailable', 'nobody answers at postgres://u:hunter2@h/d');
        },
      },
    );
    const { url, healthUrl } = service;
    expect(await ask(`${healthUrl}/health`)).toMatchObject({ status: 500, body: '', headers: { server: 'clair' } });
    expect((await ask(`${healthUrl}/healthz`)).status).toBe(200);
    expect((await ask(`${url}/readyz`)).status).toBe(503);
    expect(await ask(`${url}/v1/namespaces`)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: '{"Error":{"Message":"database: an error occured when querying the backend"}}\n',
    });
    expect(await ask(`${url}/api/x`)).toMatchObject({
      status: 503,
      headers: { 'content-type': 'application/problem+json' },
    });
    comes();
    await service.ready;
    expect((await ask(`${healthUrl}/health`)).status).toBe(200);
    expect((await ask(`${url}/v1/namespaces`)).status).toBe(200);
    expect(service.lines.join('')).not.toContain('hunter2');
  });

  it('is given up after a time', async () => {
    const unavailable = new StoreError('store.unavailable', 'nobody answers');
    const service = await start({ databaseWait: 300 }, { openStore: () => Promise.reject(unavailable) });
    await expect(service.ready).rejects.toBe(unavailable);
    expect((await ask(`${service.healthUrl}/health`)).status).toBe(500);
  });

  it('is not waited for when it cannot be used', async () => {
    const service = await start({ store: new Secret('/proc/nowhere/service.db') });
    await expect(service.ready).rejects.toMatchObject({ code: 'store.unusable' });
  });

  it('of an older version is brought up to date while probes are answered, and a stop ends that', async () => {
    const { promise: isSeen, resolve: seen } = Promise.withResolvers<void>();
    const service = await start(
      {},
      {
        openStore: async (_url, { signal, onProgress }) => {
          onProgress?.({ title: 'Sums', what: 'images', done: 20, total: 100 });
          seen();
          await once(signal!, 'abort');
          throw new DrydockError('interrupted', 'the service was stopped.');
        },
      },
    );
    await isSeen;
    const { url, healthUrl } = service;
    expect(await ask(`${healthUrl}/healthz`)).toMatchObject({ status: 200, body: 'migrating: images 20 of 100\n' });
    expect(await ask(`${url}/readyz`)).toMatchObject({
      ...{ status: 503, body: 'migrating: images 20 of 100\n' },
      headers: { 'retry-after': '5' },
    });
    expect(await ask(`${url}/api/images`)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    await service.stop();
    expect(service.lines.filter((line) => /brought up to date/.test(line))).toHaveLength(1);
    expect(service.lines.join('')).not.toContain('cannot begin');
  });

  it('that goes away while it is brought up to date is waited for anew, and is not said to go on meanwhile', async () => {
    let tries = 0;
    const waits = Promise.withResolvers<void>();
    const service = await start(
      { databaseWait: 2000 },
      {
        openStore: async (source, watch) => {
          tries++;
          if (tries === 3) return await openStore({ ecosystems, url: source, watch });
          if (tries === 1) {
            await new Promise((resolve) => setTimeout(resolve, 2100));
            watch.onProgress?.({ title: 'Sums', what: 'images', done: 20, total: 100 });
          } else waits.resolve();
          throw new StoreError('store.unavailable', 'it is restarted');
        },
      },
    );
    await waits.promise;
    expect((await ask(`${service.url}/readyz`)).body).not.toContain('migrating');
    await service.ready;
    expect(tries).toBe(3);
    await service.stop();
  });

  it('of SQLite is for one server', async () => {
    const first = await start();
    await first.ready;
    const second = await start({ store: first.settings.store, stateFolder: first.settings.stateFolder });
    await expect(second.ready).rejects.toMatchObject({ code: 'store.in-use' });
    await second.stop();
    expect((await ask(`${first.url}/v1/namespaces`)).status).toBe(200);
    await first.stop();
    const third = await start({ store: first.settings.store, stateFolder: first.settings.stateFolder });
    await third.ready;
  });

  it('can be waited for when the service is stopped', async () => {
    const unavailable = new StoreError('store.unavailable', 'nobody answers');
    const service = await start({ databaseWait: 3_600_000 }, { openStore: () => Promise.reject(unavailable) });
    await service.stop();
    await expect(service.ready).rejects.toMatchObject({ code: 'interrupted' });
  });
});
