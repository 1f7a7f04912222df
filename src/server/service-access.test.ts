import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { request as tlsRequest } from 'node:https';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ask, randomSecret, startTestService } from '../../test/support/service.ts';
import { start, stopAfterEach, tokenOf } from '../../test/support/stopped-services.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import type { Scope } from '../config/service-options.ts';

stopAfterEach();

describe('who may do what', () => {
  const secrets = {
    ...{ report: randomSecret(), read: randomSecret(), scan: randomSecret() },
    ...{ observe: randomSecret(), admin: randomSecret() },
  };
  const tokens = (['report', 'read', 'scan', 'observe', 'admin'] as const).map((scope) =>
    tokenOf(scope, secrets[scope]),
  );
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
    ['POST', '/api/map/reports', 'report'],
    ['GET', '/api/map/reports', 'read'],
    ['DELETE', '/api/x', 'admin'],
  ] as const;
  const allowed = {
    ...{ none: [], wrong: [], report: ['report'], read: ['read'], scan: ['read', 'scan'] },
    ...{ observe: ['read', 'scan', 'observe'], admin: ['report', 'read', 'scan', 'observe', 'admin'] },
  };

  it('is as the matrix says', async () => {
    const { url, ready } = await start({ tokens });
    await ready;
    for (const who of ['none', 'wrong', 'report', 'read', 'scan', 'observe', 'admin'] as const) {
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
