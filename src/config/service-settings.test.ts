import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { effectiveConfiguration } from './effective.ts';
import { isLocalAddress, parseListenAddress, showAddress } from './service-address.ts';
import { serviceSettings } from './service-settings.ts';
import { resolveConfiguration } from './settings.ts';

const digest = createHash('sha256').update('a token').digest('hex');

async function configure(yaml: string, more: { environment?: Record<string, string> } = {}) {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'drydock.yaml'), yaml);
  writeFileSync(path.join(folder, 'good.pem'), '-----BEGIN CERTIFICATE-----\n');
  writeFileSync(path.join(folder, 'bad.pem'), 'nothing');
  writeFileSync(path.join(folder, 'tokens'), `# comment\nother:read:${digest} # x\n\nbad\n`);
  return await resolveConfiguration({
    flags: new Map([['config', 'drydock.yaml']]),
    environment: more.environment ?? {},
    folder,
  });
}

const settingsOf = async (yaml: string, more?: { environment?: Record<string, string> }) =>
  serviceSettings(await configure(yaml, more), { HOME: '/home/x' });

describe('the settings of the service', () => {
  it('are safe without any configuration', async () => {
    const settings = await settingsOf('');
    expect(settings).toMatchObject({
      listen: { host: '127.0.0.1', port: 6060 },
      healthListen: { host: '127.0.0.1', port: 6061 },
      insecureListen: false,
      compat: false,
      layerHosts: [],
      layerRoots: [],
      tokens: [],
      stateFolder: '/home/x/.local/state/drydock',
      updateInterval: 3_600_000,
    });
    expect(settings.store.reveal()).toBe('/home/x/.local/state/drydock/service.db');
    expect([...settings.roles]).toEqual(['api', 'worker', 'updater', 'notifier']);
  });

  it('come from the section of the file, from variables and flags', async () => {
    const settings = await settingsOf(
      `server:\n  tokens: [ci:scan:${digest}]\n  layer-roots: [/srv]\n  update-interval: 0\n`,
      {
        environment: { DRYDOCK_LISTEN: ':7000', XDG_STATE_HOME: '/ignored/here' },
      },
    );
    expect(settings).toMatchObject({ listen: { port: 7000 }, layerRoots: ['/srv'], updateInterval: 0 });
    expect(settings.tokens).toEqual([{ name: 'ci', scope: 'scan', digest: Buffer.from(digest, 'hex') }]);
  });

  it('keep secrets out of whatever shows them', async () => {
    const password = 'sekrit-password';
    const yaml = `server:\n  store: postgres://u:${password}@h/d\n  tokens: [ci:scan:${digest}]\n  smtp: smtp://u:${password}@h:25\n  mail-to: a@b\n  mail-from: a@b\n`;
    const settings = await settingsOf(yaml);
    const shown = [inspect(settings, { depth: 9 }), JSON.stringify(settings), String(settings.store)].join('');
    expect(shown).not.toContain(password);
    expect(effectiveConfiguration(await configure(yaml))).not.toMatch(new RegExp(`${password}|${digest}`));
    const words = 'server:\n  store: host=h user=u password=sekrit-password\n';
    expect(effectiveConfiguration(await configure(words))).not.toContain(password);
  });

  it.each<[string, string, string | RegExp]>([
    ['an unknown key', 'server:\n  lisen: x', 'drydock.yaml:2: server: unknown key "lisen". Did you mean "listen"?'],
    ['an unknown section', 'serevr:\n  listen: x', 'drydock.yaml:1: unknown key "serevr". Did you mean "server"?'],
    ['a key outside of its section', 'listen: x', 'drydock.yaml:1: "listen" stands below "server".'],
    [
      'a key inside of another',
      'server:\n  offline: true',
      'drydock.yaml:2: server: "offline" stands beside, not below, that.',
    ],
    ['a section that is none', 'server: 5', 'drydock.yaml:1: server: options below it are expected, not 5.'],
    [
      'an address without a host',
      'server:\n  listen: "6060"',
      'drydock.yaml:2: server.listen: HOST:PORT is expected (127.0.0.1:6060, [::1]:6060, :6060), not "6060". Did you mean "127.0.0.1:6060"?',
    ],
    ['a port that is none', 'server:\n  listen: a:66000', /^drydock\.yaml:2: server\.listen: HOST:PORT/],
    [
      'a level that is none',
      'server:\n  log-level: ifno',
      /^drydock\.yaml:2: server\.log-level: .*Did you mean "info"\?$/,
    ],
    [
      'a role that is none',
      'server:\n  roles: [api, updtaer]',
      /^drydock\.yaml:2: server\.roles: .*Did you mean "updater"\?$/,
    ],
    ['a duration that is none', 'server:\n  drain-time: soon', /^drydock\.yaml:2: server\.drain-time: a duration like/],
    ['no time to drain', 'server:\n  drain-time: 0', /^drydock\.yaml:2: server\.drain-time: a duration like/],
    [
      'a number out of range',
      '\nserver:\n\n  client-requests: 0',
      /^drydock\.yaml:4: server\.client-requests: a whole number/,
    ],
    [
      'a token that is not hashed',
      'server:\n  tokens: [ci:scan:hunter2]',
      'drydock.yaml:2: server.tokens: the digest of "ci" is no SHA-256: 64 hexadecimal digits. Is it the token itself? Its digest belongs here.',
    ],
    [
      'a scope that is none',
      `server:\n  tokens: [ci:scna:${digest}]`,
      'drydock.yaml:2: server.tokens: the scope of "ci" is none of report, read, scan, observe, admin. Did you mean "scan"?',
    ],
    ['tokens of one name', `server:\n  tokens: [a:read:${digest}, a:scan:${digest}]`, /two tokens are called "a"/],
    [
      'a line of a token file',
      'server:\n  token-file: tokens',
      /^drydock\.yaml:2: server\.token-file: .*tokens:4: NAME:SCOPE:SHA256/,
    ],
    [
      'a file that is not there',
      'server:\n  token-file: nowhere',
      /^drydock\.yaml:2: server\.token-file: .*nowhere cannot be read \(ENOENT\)\.$/,
    ],
    [
      'a certificate without its key',
      'server:\n  tls-certificate: good.pem',
      'drydock.yaml:2: server.tls-certificate: its key is missing: give tls-key too.',
    ],
    [
      'a key without its certificate',
      'server:\n  tls-key: good.pem',
      'drydock.yaml:2: server.tls-key: its certificate is missing: give tls-certificate too.',
    ],
    [
      'no PEM',
      'server:\n  tls-certificate: bad.pem\n  tls-key: good.pem',
      /^drydock\.yaml:2: server\.tls-certificate: .* is no PEM file/,
    ],
    [
      'client certificates without TLS',
      'server:\n  client-ca: good.pem',
      /^drydock\.yaml:2: server\.client-ca: client certificates need TLS/,
    ],
    [
      'a root that is relative',
      'server:\n  layer-roots: [srv]',
      'drydock.yaml:2: server.layer-roots: absolute paths are expected, not "srv".',
    ],
    [
      'a host that is a URL',
      'server:\n  layer-hosts: ["https://h"]',
      /^drydock\.yaml:2: server\.layer-hosts: a host, or HOST:PORT/,
    ],
    [
      'another database',
      'server:\n  store: mysql://h',
      'drydock.yaml:2: server.store: postgres://... or a file is expected, not an address that begins with mysql://.',
    ],
    [
      'a connection string that is none',
      'server:\n  store: postgres://h:x/d',
      /^drydock\.yaml:2: server\.store: The connection string/,
    ],
    [
      'a file that is relative',
      'server:\n  store: service.db',
      'drydock.yaml:2: server.store: the path of a file has to be absolute.',
    ],
    [
      'a key for pages that is short',
      'server:\n  pagination-key: abc',
      /^drydock\.yaml:2: server\.pagination-key: 32 bytes/,
    ],
    [
      'a webhook that is none',
      'server:\n  webhook: here',
      'drydock.yaml:2: server.webhook: an absolute http or https address is expected.',
    ],
    [
      'the address of an engine that is not wanted',
      'server:\n  observe-host: unix:///run/docker.sock',
      'drydock.yaml:2: server.observe-host: there is no engine to reach: give observe, too.',
    ],
    [
      'mail without a server',
      'server:\n  mail-to: [a@b]',
      'drydock.yaml:2: server.mail-to: the mail server is missing: give smtp too.',
    ],
    [
      'a mail address that is none',
      'server:\n  mail-to: [ab]',
      'drydock.yaml:2: server.mail-to: "ab" is no mail address.',
    ],
  ])('refuse %s', async (_, yaml, message) => {
    const error = await settingsOf(yaml).then(
      () => undefined,
      (e: unknown) => e as Error,
    );
    if (typeof message === 'string') expect(error?.message).toBe(message);
    else expect(error?.message).toMatch(message);
    expect(error).toMatchObject({ code: 'usage.configuration' });
  });

  it('name the variable that is wrong', async () => {
    await expect(settingsOf('', { environment: { DRYDOCK_LISTEN: 'x' } })).rejects.toThrow(
      /^DRYDOCK_LISTEN: HOST:PORT/,
    );
  });

  it('do not mind what Kubernetes sets for a service of this name', async () => {
    const environment = {
      DRYDOCK_PORT: 'tcp://10.0.0.1:6060',
      DRYDOCK_SERVICE_HOST: '10.0.0.1',
      DRYDOCK_PORT_6060_TCP_ADDR: 'x',
    };
    expect((await configure('', { environment })).warnings).toEqual([]);
  });

  it('cannot come from a file that nobody named', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'sub'));
    writeFileSync(path.join(folder, 'drydock.yaml'), 'server:\n  insecure-listen: true\n');
    await expect(resolveConfiguration({ flags: new Map(), environment: {}, folder, clair: {} })).rejects.toThrow(
      /^drydock\.yaml:2: "insecure-listen" cannot stand in a file that nobody named/,
    );
  });
});

describe('parseListenAddress', () => {
  it.each<[string, object | undefined, boolean?]>([
    ['127.0.0.1:6060', { host: '127.0.0.1', port: 6060 }, true],
    ['localhost:0', { host: 'localhost', port: 0 }, true],
    ['[::1]:1', { host: '::1', port: 1 }, true],
    [':6060', { port: 6060 }, false],
    ['*:6060', { port: 6060 }, false],
    ['0.0.0.0:6060', { host: '0.0.0.0', port: 6060 }, false],
    ['[::]:6060', { port: 6060 }, false],
    ['127.0.0.1.example.com:1', { host: '127.0.0.1.example.com', port: 1 }, false],
    ['::1:6060', undefined],
    ['[host]:1', undefined],
    ['host', undefined],
    ['host:x', undefined],
    ['host:66000', undefined],
    ['http://h:1', undefined],
    ['u@h:1', undefined],
  ])('%s', (text, expected, local) => {
    const address = parseListenAddress(text);
    expect(address).toEqual(expected);
    if (address === undefined) return;
    expect(isLocalAddress(address)).toBe(local);
    expect(parseListenAddress(showAddress(address))).toEqual(address);
  });
});
