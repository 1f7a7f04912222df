import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { databaseSource, expandVariables, parseGoDuration } from './clair-values.ts';
import { serviceSettings } from './service-settings.ts';
import { resolveConfiguration } from './settings.ts';

/** The sample of Clair v2.0.0, in our words, with a port of another kind. */
const sample = `
clair:
  database:
    type: pgsql
    options:
      source: host=localhost port=5432 user=postgres sslmode=disable statement_timeout=60000
      cachesize: 16384
  api:
    port: 6060
    healthport: 6061
    timeout: 900s
    paginationkey:
    servername:
    cafile:
    keyfile:
    certfile:
  updater:
    interval: 2h
  notifier:
    attempts: 3
    renotifyinterval: 2h
    http:
      endpoint:
      servername:
      cafile:
      keyfile:
      certfile:
      proxy:
`;

async function read(yaml: string, flags: Record<string, string | boolean> = {}) {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'config.yaml'), yaml);
  const configuration = await resolveConfiguration({
    flags: new Map<string, string | boolean>([['config', 'config.yaml'], ...Object.entries(flags)]),
    environment: {},
    folder,
    clair: {},
  });
  return { configuration, settings: serviceSettings(configuration, { HOME: '/home/x' }) };
}

const withKeys = (keys: string): string => `clair:\n  database:\n    options:\n      source: postgres://u@h/d\n${keys}`;

describe('the configuration of Clair', () => {
  it('is taken as it is', async () => {
    const { configuration, settings } = await read(sample);
    expect(configuration.warnings).toEqual([]);
    expect(settings).toMatchObject({
      listen: { port: 6060 },
      healthListen: { port: 6061 },
      requestTimeout: 900_000,
      updateInterval: 7_200_000,
      notify: { attempts: 3, renotifyInterval: 7_200_000 },
    });
    expect(settings.listen).not.toHaveProperty('host');
    expect(settings.store.reveal()).toBe(
      'host=localhost port=5432 user=postgres sslmode=disable statement_timeout=60000',
    );
    expect([settings.tls, settings.paginationKey, settings.notify.webhook]).toEqual([undefined, undefined, undefined]);
  });

  it('gives way to a flag', async () => {
    const { settings } = await read(sample, { listen: '127.0.0.1:7000' });
    expect(settings.listen).toEqual({ host: '127.0.0.1', port: 7000 });
  });

  it.each<[string, string, object]>([
    ['an updater that is turned off', '  updater:\n    interval: 0', { updateInterval: 0 }],
    ['an updater that is null', '  updater: null', { updateInterval: 0 }],
    ['nanoseconds', '  updater:\n    interval: 7200000000000', { updateInterval: 7_200_000 }],
    [
      'a webhook',
      '  notifier:\n    http:\n      endpoint: https://h/x\n      proxy: http://p:1',
      { notify: { webhook: { url: 'https://h/x', proxy: 'http://p:1' } } },
    ],
    ['what it does not say', '', { listen: { host: '127.0.0.1', port: 6060 }, updateInterval: 3_600_000 }],
  ])('%s', async (_, keys, expected) => {
    expect((await read(withKeys(keys))).settings).toMatchObject(expected);
  });

  it.each<[string, string, string[]]>([
    [
      'an unknown key',
      '  api:\n    prot: 1',
      ['config.yaml:6: unknown key "clair.api.prot", which does nothing. Did you mean "port"?'],
    ],
    ['an unknown section', '  worker:\n    x: 1', ['config.yaml:5: unknown key "clair.worker", which does nothing.']],
    [
      'a long interval',
      '  updater:\n    interval: 600h',
      ['config.yaml:6: clair.updater.interval: "600h" is more than 500h, which are taken instead.'],
    ],
  ])('warns of %s', async (_, keys, warnings) => {
    expect((await read(withKeys(keys))).configuration.warnings).toEqual(warnings);
  });

  it.each([
    [
      'another database',
      'clair:\n  database:\n    type: mysql',
      'config.yaml:3: clair.database.type: "pgsql" is the only type of database that Clair knows, not "mysql".',
    ],
    ['no database', 'clair:\n  api:\n    port: 1', /^config\.yaml:1: clair\.database\.options\.source is missing, /],
    [
      'a source that is none',
      'clair:\n  database:\n    options:\n      source: mysql://x',
      'config.yaml:4: clair.database.options.source: a URL (postgres://...) or a connection string (host=... user=...) is expected.',
    ],
    [
      'a duration that is none',
      withKeys('  api:\n    timeout: soon'),
      'config.yaml:6: clair.api.timeout: a duration like "2h" or "1m30s", or a number of nanoseconds, is expected, not "soon".',
    ],
    [
      'a port that is none',
      withKeys('  api:\n    port: 66060'),
      'config.yaml:6: clair.api.port: a port from 1 to 65535 is expected, not 66060.',
    ],
    [
      'a pagination key that is none',
      withKeys('  api:\n    paginationkey: short'),
      'config.yaml:6: clair.api.paginationkey: 32 bytes are expected: 64 hexadecimal digits, or base64.',
    ],
    [
      'a certificate without its key',
      withKeys('  api:\n    certfile: /x'),
      'config.yaml:6: clair.api.certfile: its key is missing: give tls-key too.',
    ],
    [
      'a webhook that is none',
      withKeys('  notifier:\n    http:\n      endpoint: here'),
      'config.yaml:7: clair.notifier.http.endpoint: an absolute http or https address is expected.',
    ],
    ['a section that is none', withKeys('  api: 5'), 'config.yaml:5: clair.api: keys below it are expected, not 5.'],
  ])('refuses %s', async (_, yaml, message) => {
    const error = await read(yaml).then(
      () => undefined,
      (e: unknown) => e as Error,
    );
    if (typeof message === 'string') expect(error?.message).toBe(message);
    else expect(error?.message).toMatch(message);
    expect(error).toMatchObject({ code: 'usage.configuration' });
  });

  it('is looked for where Clair has it, if nobody names a file', async () => {
    const folder = temporaryFolder();
    const clairFile = path.join(folder, 'clair.yaml');
    writeFileSync(clairFile, sample);
    const sources = {
      flags: new Map<string, string>(),
      environment: {},
      folder: temporaryFolder(),
      clair: { defaultFile: clairFile },
    };
    expect((await resolveConfiguration(sources)).file).toBe(clairFile);
    writeFileSync(path.join(sources.folder, 'drydock.yaml'), 'offline: true\n');
    expect((await resolveConfiguration(sources)).file).toBe(path.join(sources.folder, 'drydock.yaml'));
  });

  it('is named by a path with variables, and by an empty one not at all', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'config.yaml'), sample);
    const common = {
      environment: { WHERE: folder },
      folder: temporaryFolder(),
      clair: { defaultFile: path.join(folder, 'config.yaml') },
    };
    const named = await resolveConfiguration({ ...common, flags: new Map([['config', '$WHERE/config.yaml']]) });
    expect(named.file).toBe(path.join(folder, 'config.yaml'));
    const none = await resolveConfiguration({ ...common, flags: new Map([['config', '']]) });
    expect(none.file).toBeUndefined();
  });

  it('is none of the business of other commands', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'config.yaml'), sample);
    const sources = { flags: new Map([['config', 'config.yaml']]), environment: {}, folder };
    await expect(resolveConfiguration(sources)).rejects.toThrow('config.yaml:2: unknown key "clair".');
  });
});

describe('parseGoDuration', () => {
  it.each<[unknown, number | undefined]>([
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['900s', 900_000],
    ['0', 0],
    ['1us', 1],
    ['1µs', 1],
    [1_000_000, 1],
    ['', undefined],
    ['5', undefined],
    ['-1s', undefined],
    [-5, undefined],
    ['1 h', undefined],
    ['1d', undefined],
    [true, undefined],
  ])('%j: %s', (text, milliseconds) => {
    expect(parseGoDuration(text)).toBe(milliseconds);
  });
});

describe('databaseSource', () => {
  it.each([
    ['host=a', 'host=a sslmode=require'],
    ['host=a sslmode=disable', 'host=a sslmode=disable'],
    ['sslmode = disable host=a', 'sslmode = disable host=a'],
    ['postgres://h/d', 'postgres://h/d?sslmode=require'],
    ['postgres://h/d?x=1', 'postgres://h/d?x=1&sslmode=require'],
    ['postgresql://h/d?sslmode=disable', 'postgresql://h/d?sslmode=disable'],
  ])('%s', (source, expected) => {
    expect(databaseSource(source)).toBe(expected);
  });
});

it('expands variables as Go does', () => {
  expect(expandVariables(`$A/$\{B}/$C_D-$`, { A: '1', B: '2' })).toBe('1/2/-$');
});
