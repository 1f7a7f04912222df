import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../test/support/run.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { UsageError } from '../errors.ts';
import { environmentName, type OptionSpec, optionNames, optionTable } from './options.ts';
import { type Configuration, type ConfigurationSources, resolveConfiguration } from './settings.ts';

function folderWith(yaml: string): string {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'drydock.yaml'), yaml);
  return folder;
}

async function resolve(
  given: {
    flags?: Record<string, boolean | string | readonly string[]>;
    environment?: Record<string, string>;
    yaml?: string;
  },
  formats?: readonly string[],
) {
  return await resolveConfiguration({
    formats,
    flags: new Map(Object.entries(given.flags ?? {})),
    environment: given.environment ?? {},
    folder: given.yaml === undefined ? temporaryFolder() : folderWith(given.yaml),
  });
}

describe('resolveConfiguration', () => {
  it.each([
    ['default', {}, undefined, 'default'],
    ['file before default', { yaml: 'fail-on: low' }, 'low', 'drydock.yaml:1'],
    [
      'environment before file',
      { yaml: 'fail-on: low', environment: { DRYDOCK_FAIL_ON: 'medium' } },
      'medium',
      'DRYDOCK_FAIL_ON',
    ],
    [
      'flag before environment',
      { yaml: 'fail-on: low', environment: { DRYDOCK_FAIL_ON: 'medium' }, flags: { 'fail-on': 'HIGH' } },
      'high',
      '--fail-on',
    ],
    [
      'an empty variable is not set',
      { yaml: 'fail-on: low', environment: { DRYDOCK_FAIL_ON: '' } },
      'low',
      'drydock.yaml:1',
    ],
    ['a key without a value is not set', { yaml: 'fail-on:\n' }, undefined, 'default'],
    ['an empty file', { yaml: '' }, undefined, 'default'],
    ['a file of comments', { yaml: '# nothing\n' }, undefined, 'default'],
  ])('%s', async (_, given, value, place) => {
    const { settings, places } = await resolve(given);
    expect([settings['fail-on'], places.get('fail-on')]).toEqual([value, place]);
  });

  it('lets a flag take back a switch of the file', async () => {
    const { settings } = await resolve({ yaml: 'offline: true', flags: { offline: false } });
    expect(settings.offline).toBe(false);
  });

  it('takes paths of a file from the folder of that file', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'etc'));
    writeFileSync(path.join(folder, 'etc', 'scan.yaml'), 'db: a.db\noutput: [json=r.json]\n');
    const { settings, file } = await resolveConfiguration({
      flags: new Map([['config', 'etc/scan.yaml']]),
      environment: {},
      folder,
    });
    expect(file).toBe(path.join(folder, 'etc', 'scan.yaml'));
    expect(settings.db).toBe(path.join(folder, 'etc', 'a.db'));
    expect(settings.output).toEqual([{ format: 'json', file: path.join(folder, 'etc', 'r.json') }]);
  });

  it.each([
    ['an unknown key', { yaml: '# x\nfail_on: low' }, 'drydock.yaml:2: unknown key "fail_on". Did you mean "fail-on"?'],
    ['a key like nothing', { yaml: 'banana: 1' }, 'drydock.yaml:1: unknown key "banana".'],
    [
      'a key that spells a prototype',
      { yaml: '__proto__: {offline: true}' },
      'drydock.yaml:1: unknown key "__proto__".',
    ],
    [
      'a quoted unknown key',
      { yaml: '\n"severty": low' },
      'drydock.yaml:2: unknown key "severty". Did you mean "severity"?',
    ],
    [
      'a bad value',
      { yaml: 'offline: true\nfail-on: hihg' },
      'drydock.yaml:2: fail-on: "hihg" is not one of unknown, negligible, low, medium, high, critical. Did you mean "high"?',
    ],
    [
      'a key that only a flag can be',
      { yaml: 'config: other.yaml' },
      'drydock.yaml:1: "config" cannot stand in a file.',
    ],
    ['a list', { yaml: '- offline' }, 'drydock.yaml: a list of "option: value" lines is expected.'],
    ['no YAML', { yaml: 'offline: true\n  db: [' }, /^drydock\.yaml:\d+: not YAML: /],
    ['a key twice', { yaml: 'db: a\ndb: b' }, /^drydock\.yaml:\d+: not YAML: .*duplicate/i],
    [
      'a misspelt variable',
      { environment: { DRYDOCK_FAILON: 'low' } },
      'DRYDOCK_FAILON: unknown variable. Did you mean DRYDOCK_FAIL_ON?',
    ],
    [
      'a bad variable',
      { environment: { DRYDOCK_EXIT_CODE: 'x' } },
      'DRYDOCK_EXIT_CODE: a whole number from 0 to 255 is expected, not "x".',
    ],
    [
      'a bad variable behind a flag',
      { environment: { DRYDOCK_EXIT_CODE: 'x' }, flags: { 'exit-code': '3' } },
      /^DRYDOCK_EXIT_CODE/,
    ],
  ])('refuses %s', async (_, given, message) => {
    const error = await resolve(given).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ code: 'usage.configuration' });
    if (typeof message === 'string') expect((error as Error).message).toBe(message);
    else expect((error as Error).message).toMatch(message);
  });

  it.each([
    ['a flag that the command has', { flags: { format: 'markdown' } }, ['table', 'markdown'], 'markdown'],
    ['a file with a format that the command lacks', { yaml: 'format: json' }, ['table', 'markdown'], 'table'],
    [
      'a variable with a format that the command has',
      { environment: { DRYDOCK_FORMAT: 'json' } },
      ['table', 'json'],
      'json',
    ],
  ])('format: %s', async (_, given, formats, expected) => {
    expect((await resolve(given, formats)).settings.format).toBe(expected);
  });

  it('refuses a format as a flag that the command lacks', async () => {
    await expect(resolve({ flags: { format: 'markdown' } }, ['table', 'json'])).rejects.toThrow(
      '--format: "markdown" is not one of table, json.',
    );
  });

  it('refuses a file that was asked for and is not there', async () => {
    await expect(resolve({ flags: { config: 'none.yaml' } })).rejects.toThrow('none.yaml: there is no such file.');
  });

  it.each<[string, (file: string) => unknown, string]>([
    ['a folder', (file) => mkdirSync(file), 'it is a folder.'],
    ['a link that leads nowhere', (file) => symlinkSync('nowhere', file), 'there is no such file.'],
    ['a link to itself', (file) => symlinkSync('drydock.yaml', file), 'its links lead in a circle.'],
    [
      'a device without an end',
      (file) => symlinkSync('/dev/zero', file),
      'larger than a mebibyte, so it cannot be a configuration.',
    ],
    [
      'a pipe that nobody writes into',
      (file) => runProgram('mkfifo', [file]),
      'it cannot be read (nobody wrote into the pipe).',
    ],
  ])('refuses %s of that name', async (_, make, why) => {
    const folder = temporaryFolder();
    await make(path.join(folder, 'drydock.yaml'));
    await expect(resolveConfiguration({ flags: new Map(), environment: {}, folder })).rejects.toThrow(
      `drydock.yaml: ${why}`,
    );
  });

  it('reads a pipe to its end', async () => {
    const pipe = path.join(temporaryFolder(), 'pipe');
    await runProgram('mkfifo', [pipe]);
    // Whoever writes waits until somebody reads.
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const script = 'exec >"$1"; echo ready >&2; sleep 0.1; echo "fail-on: low"; sleep 0.1; echo "offline: true"';
    const writer = spawn('sh', ['-c', script, 'sh', pipe], { stdio: ['ignore', 'ignore', 'pipe'] });
    await once(writer.stderr, 'data');
    const { settings } = await resolveConfiguration({
      flags: new Map([['config', pipe]]),
      environment: {},
      folder: '/',
    });
    closeSync(reader);
    expect([settings['fail-on'], settings.offline]).toEqual(['low', true]);
  });

  it('warns where nobody may look for the file', async () => {
    const { warnings } = await resolveConfiguration({ flags: new Map(), environment: {}, folder: '/dev/null' });
    expect(warnings).toEqual(['drydock.yaml cannot be looked for in the current folder (ENOTDIR), so none is used.']);
  });

  it('says nothing of the variable of the launcher', async () => {
    expect((await resolve({ environment: { DRYDOCK_STARTED_AS: './drydock' } })).warnings).toEqual([]);
  });

  it('warns of a variable that is like nothing of ours', async () => {
    const { warnings } = await resolve({ environment: { DRYDOCK_BANANA_SPLIT: '1', DRYDOCK_DEBUG: '1' } });
    expect(warnings).toEqual(['DRYDOCK_BANANA_SPLIT: no option of that name, so it does nothing.']);
  });
});

describe('a file that nobody named', () => {
  const personal = [
    ['cache-dir', 'cache'],
    ['db', 'a.db'],
    ['db-key', 'key.pub'],
    ['mirror', 'https://mirror.example'],
    ['plain-http', 'ghcr.io'],
    ['registry-mirror', 'docker.io=mirror.example'],
    ['registry-auth-file', 'auth.json'],
    ['layer-cache-size', '1'],
    ['layer-cache-age', '1'],
    ['output', '[json=report.json]'],
  ] as const;

  it.each(personal)('cannot set %s, one that was named can', async (key, value) => {
    const folder = folderWith(`offline: true\n${key}: ${value}\n`);
    const from = async (config?: string): Promise<unknown> =>
      (
        await resolveConfiguration({
          flags: new Map(config === undefined ? [] : [['config', config]]),
          environment: {},
          folder,
        })
      ).origins.get(key);

    await expect(from()).rejects.toThrow(
      `drydock.yaml:2: "${key}" cannot stand in a file that nobody named, since it may come with somebody else's project.`,
    );
    expect(await from('drydock.yaml')).toBe('file');
  });

  it('cannot set them behind a flag either', async () => {
    await expect(resolve({ yaml: 'cache-dir: x', flags: { 'cache-dir': '/y' } })).rejects.toThrow('"cache-dir" cannot');
  });
});

describe('what a file that nobody named says of the service', () => {
  const yaml = 'offline: true\nserver:\n  listen: ":6060"\n';
  const from = async (text: string, sources: Partial<ConfigurationSources> = {}): Promise<Configuration> =>
    await resolveConfiguration({ flags: new Map(), environment: {}, folder: folderWith(text), ...sources });

  it.each([yaml, 'offline: true\nserver:\n  lisen: 1\n', 'offline: true\nserver: 5\n'])(
    'is nothing to a command without such options: %j',
    async (text) => {
      const { settings, notice } = await from(text);
      expect([settings.listen, settings.offline, notice]).toEqual([
        '127.0.0.1:6060',
        true,
        'drydock.yaml in the current folder sets offline.',
      ]);
    },
  );

  // That it belongs to this user says nothing: so does all that git clones.
  it('is refused by a command that has them', async () => {
    await expect(from(yaml, { clair: {} })).rejects.toThrow(
      'drydock.yaml:3: "listen" cannot stand in a file that nobody named, since it may come with somebody else\'s ' +
        'project. Give --listen or DRYDOCK_LISTEN, or name the file: --config drydock.yaml.',
    );
  });

  it('is checked where the file was named', async () => {
    const flags = new Map([['config', 'drydock.yaml']]);
    expect((await from(yaml, { flags })).settings.listen).toBe(':6060');
    await expect(from('server:\n  lisen: 1\n', { flags })).rejects.toThrow('Did you mean "listen"?');
  });
});

describe('optionTable', () => {
  it.each(optionNames)('%s is consistent', (name) => {
    const spec: OptionSpec = optionTable[name];
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(environmentName(name)).toMatch(/^DRYDOCK_[A-Z_]+$/);
    expect(spec.value === undefined).toBe(spec.kind === 'switch');
    expect(spec.choices !== undefined).toBe(['choice', 'choices', 'outputs'].includes(spec.kind));
    expect(spec.description).toMatch(/\.$/);
    if (spec.kind === 'switch') expect(spec.default).toBe(false);
  });

  it('gives no letter twice', () => {
    const letters = optionNames.map((name) => (optionTable[name] as OptionSpec).short).filter((s) => s !== undefined);
    expect(new Set(letters).size).toBe(letters.length);
  });
});
