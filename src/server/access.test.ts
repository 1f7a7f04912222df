import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../config/service-options.ts';
import { allows, canReport, identify, networkOf, scopeOf } from './access.ts';
import { foreignHost, foreignPage, otherSite, unprovenPage } from './browser-guard.ts';

const tokens = (['read', 'scan', 'observe', 'admin'] as const).map((scope) => ({
  name: scope,
  scope,
  digest: createHash('sha256').update(`${scope}-token`).digest(),
}));

const requestWith = (headers: Record<string, string>, socket: object = { remoteAddress: '127.0.0.1' }) =>
  ({ headers, socket }) as unknown as IncomingMessage;

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('canReport', () => {
  it.each([
    ['token:admin', tokens, true],
    ['token:read', tokens, false],
    ['token:gone', tokens, false],
    ['192.0.2.7', tokens, false],
    ['192.0.2.7', [], true],
    ['token:gone', [], false],
  ])('of %s', (name, known, can) => {
    expect(canReport(name, known)).toBe(can);
  });
});

describe('identify', () => {
  it.each<[string, Record<string, string>, string | number]>([
    ['a token', { authorization: 'Bearer scan-token' }, 'token:scan'],
    ['a token in another spelling', { authorization: 'bearer  read-token' }, 'token:read'],
    ['a token as a password', { authorization: basic('anybody:admin-token') }, 'token:admin'],
    ['a token as the key of a scanner', { 'x-scanneradapter-api-key': 'scan-token' }, 'token:scan'],
    ['no token', {}, 401],
    ['another token', { authorization: 'Bearer scan-toke' }, 401],
    ['a longer token', { authorization: 'Bearer scan-token2' }, 401],
    ['the digest of a token', { authorization: `Bearer ${tokens[0]!.digest.toString('hex')}` }, 401],
    ['another scheme', { authorization: 'Digest scan-token' }, 401],
    ['a scheme alone', { authorization: 'Bearer' }, 401],
    ['a password without a name', { authorization: basic('scan-token') }, 401],
    ['an empty token', { authorization: 'Bearer ' }, 401],
    ['a token without end', { authorization: `Bearer ${'x'.repeat(100_000)}` }, 401],
  ])('%s: %s', (_, headers, expected) => {
    const found = identify(requestWith(headers), { tokens });
    expect('status' in found ? found.status : found.name).toBe(expected);
  });

  it('takes whoever TLS let in for an administrator, unless there are tokens', () => {
    const tls = { certificate: '', key: '', clientCa: 'x' };
    const socket = { remoteAddress: '10.0.0.1', getPeerCertificate: () => ({ fingerprint256: 'AB:CD:EF' }) };
    expect(identify(requestWith({}, socket), { tokens: [], tls })).toEqual({
      name: 'certificate:abcdef',
      scope: 'admin',
    });
    expect(identify(requestWith({}, socket), { tokens, tls })).toMatchObject({ status: 401 });
    const nobody = { remoteAddress: '10.0.0.1', getPeerCertificate: () => ({}) };
    expect(identify(requestWith({}, nobody), { tokens: [], tls })).toMatchObject({ status: 401 });
  });

  it('takes everybody where nothing is configured', () => {
    expect(identify(requestWith({}), { tokens: [] })).toEqual({ name: '127.0.0.1', scope: 'admin' });
  });
});

describe('scopeOf', () => {
  it.each<[string, string, Scope]>([
    ['GET', '/v1/layers/x', 'read'],
    ['GET', '/v1/namespaces', 'read'],
    ['GET', '/v1/notifications/x', 'read'],
    ['GET', '/v1/metrics', 'read'],
    ['HEAD', '/v1/layers/x', 'read'],
    ['OPTIONS', '/', 'read'],
    ['POST', '/v1/layers', 'scan'],
    ['POST', '/v1/layers/', 'scan'],
    ['DELETE', '/v1/layers/x', 'scan'],
    ['DELETE', '/v1/notifications/x', 'scan'],
    ['POST', '/v1/namespaces/debian:8/vulnerabilities', 'admin'],
    ['PUT', '/v1/namespaces/debian:8/vulnerabilities/CVE-1', 'admin'],
    ['DELETE', '/v1/namespaces/debian:8/vulnerabilities/CVE-1', 'admin'],
    ['PUT', '/v1/namespaces/debian:8/vulnerabilities/CVE-1/fixes/x', 'admin'],
    ['DELETE', '/v1/namespaces/debian:8/vulnerabilities/CVE-1/fixes/x', 'admin'],
    ['POST', '/v1/layersx', 'admin'],
    ['GET', '/api/images', 'read'],
    ['POST', '/api/images', 'scan'],
    ['DELETE', '/api/images/x', 'admin'],
    ['PATCH', '/api/x', 'admin'],
    ['POST', '/api/map/reports', 'report'],
    ['POST', '/api/map/reports/', 'scan'],
    ['POST', '/apix', 'admin'],
  ])('%s %s needs %s', (method, path, scope) => {
    expect(scopeOf(method, path)).toBe(scope);
  });

  it('includes the scopes before it, and that of reporters is for itself', () => {
    const all = ['report', 'read', 'scan', 'observe', 'admin'] as const;
    expect(all.map((has) => all.filter((needs) => allows(has, needs)))).toEqual([
      ['report'],
      ['read'],
      ['read', 'scan'],
      ['read', 'scan', 'observe'],
      [...all],
    ]);
  });
});

describe('networkOf', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['fe80::', 'fe80:0:0:0::/64'],
    ['2001:db8::a:b:c:d:e', '2001:db8:0:a::/64'],
    ['::a:b:c:d:e', '0:0:0:a::/64'],
    ['::a:b:c:d:e:f:0', '0:a:b:c::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
  ])('%s: %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('foreignPage', () => {
  it.each<[string, Record<string, string>, boolean, boolean]>([
    ['a program', { host: '127.0.0.1:6060' }, true, false],
    ['a program that says localhost', { host: 'localhost:6060' }, true, false],
    ['IPv6', { host: '[::1]:6060' }, true, false],
    ['the page of the service', { host: '127.0.0.1:6060', origin: 'http://127.0.0.1:6060' }, true, false],
    ['another page', { host: '127.0.0.1:6060', origin: 'http://evil.example' }, true, true],
    ['another page where tokens are needed', { host: 'h:6060', origin: 'http://evil.example' }, false, true],
    ['a page of no origin', { host: '127.0.0.1:6060', origin: 'null' }, true, true],
    ['a name that was pointed here', { host: 'evil.example:6060' }, true, true],
    ['that, and its own page', { host: 'evil.example', origin: 'http://evil.example' }, true, true],
    ['a name where tokens are needed', { host: 'scanner.example' }, false, false],
    ['a name that only begins so', { host: 'localhost.evil.example' }, true, true],
    ['an address that only begins so', { host: '127.0.0.1.evil.example' }, true, true],
  ])('%s', (_, headers, mustBeLocal, refused) => {
    expect(foreignPage(requestWith(headers), { mustBeLocal }) !== undefined).toBe(refused);
  });
});

describe('where people reach the service is known', () => {
  const publicUrl = 'https://drydock.example';

  it.each<[string, Record<string, string>, boolean]>([
    ['its page, whose proxy gave another name', { host: '127.0.0.1:6060', origin: publicUrl }, false],
    ['its page, whose proxy kept the name', { host: 'drydock.example', origin: publicUrl }, false],
    ['the port that everybody knows', { host: 'drydock.example:443', origin: publicUrl }, false],
    ['the same without TLS', { host: '10.0.0.1', origin: 'http://drydock.example' }, true],
    ['another page', { host: 'drydock.example', origin: 'https://evil.example' }, true],
    ['another port', { host: 'drydock.example', origin: `${publicUrl}:8443` }, true],
    ['no origin', { host: 'drydock.example', origin: 'null' }, true],
    ['a name that was pointed here', { host: 'evil.example', origin: 'http://evil.example' }, true],
  ])('%s', (_, headers, refused) => {
    expect(foreignPage(requestWith(headers), { mustBeLocal: true, publicUrl }) !== undefined).toBe(refused);
  });

  it.each([
    ['drydock.example', false],
    ['DRYDOCK.example:443', false],
    ['10.1.2.3:6060', false],
    ['localhost:6060', false],
    ['evil.example', true],
    ['drydock.example.evil.example', true],
    ['drydock.example:6060', true],
  ])('nobody signs in elsewhere: %s', (host, refused) => {
    expect(foreignHost(requestWith({ host }), publicUrl) !== undefined).toBe(refused);
    expect(foreignHost(requestWith({ host }), undefined)).toBeUndefined();
  });
});

describe('what browsers say of a request', () => {
  it.each([
    [undefined, false],
    ['same-origin', false],
    ['none', false],
    ['same-site', true],
    ['cross-site', true],
    ['anything else', true],
  ])('%s', (site, refused) => {
    const headers: Record<string, string> = site === undefined ? {} : { 'sec-fetch-site': site };
    expect(otherSite(requestWith(headers)) !== undefined).toBe(refused);
  });

  it.each<[string, Record<string, string>, boolean]>([
    ['GET', {}, false],
    ['HEAD', {}, false],
    ['POST', {}, true],
    ['DELETE', {}, true],
    ['POST', { 'sec-fetch-site': 'same-origin' }, false],
    ['POST', { 'sec-fetch-site': 'none' }, true],
    ['DELETE', { origin: 'https://drydock.example' }, false],
  ])('%s with %o by a cookie', (method, headers, refused) => {
    const request = { ...requestWith(headers), method } as IncomingMessage;
    expect(unprovenPage(request) !== undefined).toBe(refused);
  });
});
