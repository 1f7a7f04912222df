import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, randomSecret, startTestService, type TestService } from '../../test/support/service.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import type { Scope } from '../config/service-options.ts';
import { Secret } from '../config/service-secret.ts';
import type { ServiceToken } from '../config/service-tokens.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { StoreError } from '../errors.ts';
import { openStore } from '../store/open.ts';
import { type ApiHandler, MOST_STREAMS } from './front.ts';
import type { ServiceWork } from './service.ts';

const running: TestService[] = [];

async function start(...given: Parameters<typeof startTestService>): Promise<TestService> {
  const service = await startTestService(...given);
  running.push(service);
  return service;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});

const tokenOf = (scope: Scope, text: string, name: string = scope): ServiceToken => ({
  name,
  scope,
  digest: createHash('sha256').update(text).digest(),
});

/** An API below `/api` whose requests are answered when the test says so. */
function slowApi() {
  const asked: (() => void)[] = [];
  const api: ApiHandler = {
    handle: (_, response, { client, requestId }) => {
      asked.push(() => response.end(JSON.stringify({ client: client.name, requestId })));
    },
  };
  return { asked, work: { createApi: () => api } };
}

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

describe('who may do what', () => {
  const secrets = { read: randomSecret(), scan: randomSecret(), admin: randomSecret() };
  const tokens = (['read', 'scan', 'admin'] as const).map((scope) => tokenOf(scope, secrets[scope]));
  const requests = [
    ['GET', '/v1/namespaces', 'read'],
    ['GET', '/v1/metrics', 'read'],
    ['POST', '/v1/layers', 'scan'],
    ['DELETE', '/v1/layers/x', 'scan'],
    ['DELETE', '/v1/notifications/x', 'scan'],
    ['POST', '/v1/namespaces/debian:8/vulnerabilities', 'admin'],
    ['DELETE', '/v1/namespaces/debian:8/vulnerabilities/x', 'admin'],
    ['GET', '/api/x', 'read'],
    ['POST', '/api/x', 'scan'],
    ['DELETE', '/api/x', 'admin'],
  ] as const;
  const allowed = { none: [], wrong: [], read: ['read'], scan: ['read', 'scan'], admin: ['read', 'scan', 'admin'] };

  it('is as the matrix says', async () => {
    const { url, ready } = await start({ tokens });
    await ready;
    for (const who of ['none', 'wrong', 'read', 'scan', 'admin'] as const) {
      const text = who === 'wrong' ? randomSecret() : secrets[who as Scope];
      const headers: Record<string, string> = who === 'none' ? {} : { Authorization: `Bearer ${text}` };
      for (const [method, target, needs] of requests) {
        const { status, headers: answered, body } = await ask(`${url}${target}`, { method, headers, body: '' });
        const may = (allowed[who] as readonly string[]).includes(needs);
        const outcome = status === 401 || status === 403 ? status : 'let in';
        const refused = who === 'none' || who === 'wrong' ? 401 : 403;
        expect([who, method, target, outcome]).toEqual([who, method, target, may ? 'let in' : refused]);
        if (status === 401) expect(answered['www-authenticate']).toBe('Bearer realm="drydock"');
        if (!may)
          expect(body).toMatch(target.startsWith('/v1') ? /^\{"Error":\{"Message":".+"\}\}\n$/ : /"status":40[13]/);
      }
      expect((await ask(`${url}/readyz`, { headers })).status).toBe(200);
    }
  });

  it('changes with SIGHUP, and other sources of layers come with it', async () => {
    const service = await start({ tokens });
    await service.ready;
    const next = randomSecret();
    service.reload({ ...service.settings, tokens: [tokenOf('scan', next, 'next')], logLevel: 'warn' });
    const askWith = (text: string) =>
      ask(`${service.url}/v1/namespaces`, { headers: { Authorization: `Bearer ${text}` } });
    expect((await askWith(secrets.admin)).status).toBe(401);
    expect((await askWith(next)).status).toBe(200);
    await sleep(20);
    expect(service.lines.filter((line) => line.includes('Handled HTTP request'))).toEqual([]);

    const layer = { Layer: { Name: 'f', Path: path.join(import.meta.dirname, 'service.test.ts'), Format: 'Docker' } };
    const post = () =>
      ask(`${service.url}/v1/layers`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${next}` },
        body: JSON.stringify(layer),
      });
    expect((await post()).status).toBe(400);
    service.reload({ ...service.settings, tokens: [tokenOf('scan', next)], layerRoots: [import.meta.dirname] });
    expect((await post()).status).toBe(422);
  });
});

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasOpenssl)('TLS', () => {
  function certificate(name: string): { cert: string; key: string } {
    const folder = path.join(temporaryFolder(), name);
    mkdirSync(folder);
    const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
    const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    execFileSync('openssl', ['req', '-x509', ...curve, '-days', '2', ...subject, '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  }

  async function askTls(port: number, options: object): Promise<{ status: number; name: string }> {
    return await new Promise((resolve, reject) => {
      const asked = tlsRequest(
        { host: '127.0.0.1', port, path: '/v1/namespaces', agent: false, ...options },
        (response) => {
          const name = (response.socket as import('node:tls').TLSSocket).getPeerCertificate().subject.CN;
          response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, name: String(name) }));
        },
      );
      asked.on('error', reject);
      asked.end();
    });
  }

  it('lets in whoever has a certificate of the authority, and takes another certificate on SIGHUP', async () => {
    const [first, second, client, stranger] = ['first', 'second', 'client', 'stranger'].map(certificate) as [
      ReturnType<typeof certificate>,
      ReturnType<typeof certificate>,
      ReturnType<typeof certificate>,
      ReturnType<typeof certificate>,
    ];
    const tls = { certificate: first.cert, key: first.key, clientCa: client.cert };
    const service = await start({ listen: { port: 0 }, tls });
    await service.ready;
    const ca = [first.cert, second.cert];
    const askAs = ({ cert, key }: { cert: string; key: string }) => askTls(service.address.port, { ca, cert, key });
    expect(await askAs(client)).toEqual({ status: 200, name: 'first' });
    await expect(askAs(stranger)).rejects.toThrow();
    await expect(askTls(service.address.port, { ca })).rejects.toThrow();

    service.reload({ ...service.settings, tls: { ...tls, certificate: second.cert, key: second.key } });
    expect(await askAs(client)).toEqual({ status: 200, name: 'second' });
    expect(() => service.reload({ ...service.settings, tls: { ...tls, key: second.key } })).toThrow();
    expect(await askAs(client)).toEqual({ status: 200, name: 'second' });
  });

  it('goes on asking for certificates of its authority until a restart', async () => {
    const [server, client] = [certificate('server'), certificate('client')];
    const tls = { certificate: server.cert, key: server.key, clientCa: client.cert };
    const service = await start({ tls });
    await service.ready;
    const { clientCa: _, ...open } = tls;
    const askAs = ({ cert, key }: { cert: string; key: string }) =>
      askTls(service.address.port, { ca: server.cert, cert, key });
    service.reload({ ...service.settings, tls: open });
    expect(service.lines.join('')).toContain('by a restart alone');
    expect((await askAs(client)).status).toBe(200);
    await expect(askAs(server)).rejects.toThrow();
  });

  it('is not opened by tokens that go while the authority only comes with a restart', async () => {
    const server = certificate('server');
    const tls = { certificate: server.cert, key: server.key };
    const service = await start({ listen: { port: 0 }, tls, tokens: [tokenOf('read', 'x')] });
    await service.ready;
    const next = { ...service.settings, tokens: [], tls: { ...tls, clientCa: server.cert } };
    expect(() => service.reload(next)).toThrow(/reachable from other machines/);
    expect((await askTls(service.address.port, { ca: server.cert })).status).toBe(401);
  });

  it('keeps all it has where one part of what SIGHUP read cannot be used', async () => {
    const [first, second] = [certificate('first'), certificate('second')];
    const tls = { certificate: first.cert, key: first.key };
    const service = await start({ tls, offline: false });
    await service.ready;
    const ca = [first.cert, second.cert];
    const other = { certificate: second.cert, key: second.key };
    expect(() => service.reload({ ...service.settings, tls: other, layerHosts: ['no host'] })).toThrow();
    expect((await askTls(service.address.port, { ca })).name).toBe('first');
  });

  it('says that certificate and key do not belong together', async () => {
    const [one, other] = [certificate('one'), certificate('other')];
    await expect(startTestService({ tls: { certificate: one.cert, key: other.key } })).rejects.toMatchObject({
      code: 'usage.configuration',
      message: expect.stringMatching(/^--tls-certificate: certificate and key cannot be used: /),
    });
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

describe('a client', () => {
  it('has so many requests at a time, and so many that wait', async () => {
    const { asked, work } = slowApi();
    const { url, ready } = await start({ clientRequests: 2, clientQueue: 1 }, { work });
    await ready;
    const answers = [1, 2, 3].map(() => ask(`${url}/api/x`));
    await expect.poll(() => asked.length).toBe(2);
    await sleep(50);
    expect(await ask(`${url}/api/x`)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(await ask(`${url}/v1/namespaces`)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect((await ask(`${url}/healthz`)).status).toBe(200);
    asked[0]!();
    await expect.poll(() => asked.length).toBe(3);
    for (const answer of asked) answer();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});

describe('streams', () => {
  /** An API whose answers are streams, or at once where one is asked for. */
  const api: ApiHandler = {
    handle: (request, response, { stream }) => {
      if (request.url === '/api/now') return void response.end('now');
      response.writeHead(stream() ? 200 : 429);
      response.write('begun');
      if (response.statusCode !== 200) response.end();
    },
  };

  it('take no place of requests, and have places of their own', async () => {
    const { url, ready, stop } = await start(
      { clientRequests: 2, clientQueue: 0, drainTime: 50 },
      { work: { createApi: () => api } },
    );
    await ready;
    const open = async (): Promise<number> => {
      const asked = get(`${url}/api/stream`, { agent: false });
      asked.on('error', () => {});
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.on('error', () => {}).resume();
      return response.statusCode ?? 0;
    };
    const statuses = [];
    for (let n = 0; n < MOST_STREAMS; n++) statuses.push(await open());
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await open()).toBe(429);
    expect((await ask(`${url}/api/now`)).body).toBe('now');
    await stop();
  });
});

describe('stopping', () => {
  it('answers what was begun, and takes nothing new', async () => {
    const { asked, work } = slowApi();
    const service = await start({}, { work });
    await service.ready;
    const answer = ask(`${service.url}/api/x`);
    await expect.poll(() => asked.length).toBe(1);
    const stopped = service.stop();
    let isStopped = false;
    void stopped.then(() => {
      isStopped = true;
    });
    expect((await ask(`${service.healthUrl}/readyz`)).status).toBe(503);
    await expect(ask(`${service.url}/healthz`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await sleep(100);
    expect(isStopped).toBe(false);
    asked[0]!();
    expect((await answer).status).toBe(200);
    await stopped;
    expect(service.stop()).toBe(service.stop());
    expect(service.lines.at(-1)).toContain('"Event":"stopped"');
  });

  it('cuts off what takes too long', async () => {
    const { asked, work } = slowApi();
    const service = await start({ drainTime: 100 }, { work });
    await service.ready;
    const answer = ask(`${service.url}/api/x`);
    await expect.poll(() => asked.length).toBe(1);
    const cut = expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
    await service.stop();
    await cut;
    expect(service.lines.join('')).toContain('requests were cut off');
  });

  it('does not wait for work in the background that does not end', async () => {
    const work: ServiceWork = {
      handlers: { v1: () => {} },
      health: () => {},
      reload: () => {},
      stopBackground: () => new Promise(() => {}),
      close: async () => {},
    };
    const service = await start({ drainTime: 100 }, { begin: async () => work });
    await service.ready;
    const started = performance.now();
    await service.stop();
    expect(performance.now() - started).toBeLessThan(4000);
    expect(service.lines.join('')).toContain('background work did not end within drain-time');
  });

  it('ends connections that are only kept', async () => {
    const service = await start({ drainTime: 20_000 });
    await service.ready;
    const socket = connect(service.address.port, '127.0.0.1');
    socket.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    await once(socket, 'data');
    const started = performance.now();
    await service.stop();
    expect(performance.now() - started).toBeLessThan(5000);
    socket.destroy();
  });
});
