import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { UsageError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { userCredentials } from './credential-files.ts';
import { askHelper } from './credential-helper.ts';
import type { Credentials } from './credentials.ts';

const auth = (text: string): { auth: string } => ({ auth: Buffer.from(text).toString('base64') });

let home: string;
let bin: string;
let said: { data: object; message: string }[];
const note = (data: object, message: string): void => void said.push({ data, message });
const log: Logger = { debug: note, info: note, warn: note, error: note };

beforeEach(() => {
  home = temporaryFolder();
  bin = temporaryFolder();
  said = [];
});

function write(name: string, content: unknown): string {
  const file = path.join(home, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function helper(name: string, script: string): void {
  const file = path.join(bin, `docker-credential-${name}`);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function source(more: Record<string, string> = {}, authFile?: string, helperMs = 30_000) {
  const environment = { HOME: home, PATH: `${bin}:/usr/bin:/bin`, ...more };
  return userCredentials({ environment, log, helperMs, ...(authFile !== undefined && { authFile }) });
}

const shown = (found: Credentials | undefined): string | undefined =>
  found && `${found.kind} ${found.username ?? ''}:${found.secret.reveal()}`;

describe('files with credentials', () => {
  it.each<[string, Record<string, unknown>, string, string, string | undefined]>([
    ['a host', { 'ghcr.io': auth('me:pw') }, 'ghcr.io', 'a/b', 'password me:pw'],
    ['another host', { 'ghcr.io': auth('me:pw') }, 'evil.example', 'a/b', undefined],
    ['a host with a longer name', { 'ghcr.io': auth('me:pw') }, 'ghcr.io.evil.example', 'a/b', undefined],
    ['another port', { 'localhost:5000': auth('me:pw') }, 'localhost:5001', 'a', undefined],
    ['Docker Hub', { 'https://index.docker.io/v1/': auth('me:p:w') }, 'docker.io', 'library/a', 'password me:p:w'],
    ['an address', { 'https://quay.io/v2/': auth('me:pw') }, 'quay.io', 'a', 'password me:pw'],
    ['user and password apart', { 'ghcr.io': { username: 'me', password: 'pw' } }, 'ghcr.io', 'a', 'password me:pw'],
    ['an identity token', { 'ghcr.io': { ...auth('me:'), identitytoken: 'T' } }, 'ghcr.io', 'a', 'identity :T'],
    ['a registry token', { 'ghcr.io': { registrytoken: 'T' } }, 'ghcr.io', 'a', 'bearer :T'],
    ['zero bytes at the end', { 'ghcr.io': auth('me:pw\0\0') }, 'ghcr.io', 'a', 'password me:pw'],
    ['nothing', { 'ghcr.io': {} }, 'ghcr.io', 'a', undefined],
    ['nonsense', { 'ghcr.io': [1] }, 'ghcr.io', 'a', undefined],
    [
      'the longest path',
      { 'quay.io': auth('all:1'), 'quay.io/team': auth('team:2'), 'quay.io/team/app': auth('app:3') },
      'quay.io',
      'team/app/web',
      'password app:3',
    ],
    ['a path beside', { 'quay.io/team': auth('team:2') }, 'quay.io', 'teams/app', undefined],
  ])('%s', async (_, auths, registry, repository, expected) => {
    write('.docker/config.json', { auths });

    expect(shown(await source().find(registry, repository))).toBe(expected);
  });

  it('are looked for in the order of the tools that write them', async () => {
    const docker = write('elsewhere/config.json', { auths: { 'ghcr.io': auth('docker:1') } });
    write('run/containers/auth.json', { auths: { 'ghcr.io': auth('podman:2'), 'quay.io': auth('podman:2') } });
    write('.config/containers/auth.json', { auths: { 'quay.io': auth('home:3'), 'a.example': auth('home:3') } });
    const both = source({ DOCKER_CONFIG: path.dirname(docker), XDG_RUNTIME_DIR: path.join(home, 'run') });

    expect(shown(await both.find('ghcr.io', 'a'))).toBe('password docker:1');
    expect(shown(await both.find('quay.io', 'a'))).toBe('password podman:2');
    expect(shown(await both.find('a.example', 'a'))).toBe('password home:3');
  });

  it('rule alone when they are named', async () => {
    write('.docker/config.json', { auths: { 'ghcr.io': auth('docker:1') } });
    const named = write('auth.json', { auths: { 'quay.io': auth('named:2') } });

    for (const one of [source({}, named), source({ REGISTRY_AUTH_FILE: named })]) {
      expect(await one.find('ghcr.io', 'a')).toBeUndefined();
      expect(await one.find('quay.io', 'a')).toMatchObject({ username: 'named', from: named });
    }
  });

  it('that are named and cannot be read are an error, others are a warning; neither repeats what is in them', async () => {
    const broken = write('.docker/config.json', '{"auths": {"ghcr.io": {"password": "hunter2"');

    await expect(source({}, path.join(home, 'absent')).find('ghcr.io', 'a')).rejects.toThrow(UsageError);
    const error = await source({}, broken)
      .find('ghcr.io', 'a')
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect(inspect(error)).not.toContain('hunter2');
    expect(await source().find('ghcr.io', 'a')).toBeUndefined();
    expect(said).toEqual([
      { data: { file: broken, reason: 'it is no valid JSON' }, message: 'a file with credentials cannot be read' },
    ]);
  });

  it('are not opened before they are needed', () => {
    expect(() => source({}, '/does/not/exist')).not.toThrow();
  });
});

describe('the environment', () => {
  const variables = { DRYDOCK_REGISTRY: 'Quay.io', DRYDOCK_REGISTRY_USERNAME: 'me', DRYDOCK_REGISTRY_PASSWORD: 'pw' };

  it('has credentials for one registry, before all files', async () => {
    write('.docker/config.json', { auths: { 'quay.io': auth('file:1'), 'ghcr.io': auth('file:1') } });

    expect(shown(await source(variables).find('quay.io', 'a'))).toBe('password me:pw');
    expect(shown(await source(variables).find('ghcr.io', 'a'))).toBe('password file:1');
  });

  it.each(['DRYDOCK_REGISTRY', 'DRYDOCK_REGISTRY_USERNAME', 'DRYDOCK_REGISTRY_PASSWORD'])('needs %s too', (name) => {
    expect(() => source({ ...variables, [name]: '' })).toThrow(UsageError);
  });

  it('may name a registry alone', () => {
    expect(() => source({ DRYDOCK_REGISTRY: 'quay.io' })).not.toThrow();
  });
});

describe('credential helpers', () => {
  it('are asked for their registry, once, by standard input', async () => {
    const asked = path.join(home, 'asked');
    helper('one', `echo "$1 $(cat)" >> ${asked}; echo '{"ServerURL":"x","Username":"me","Secret":"pw"}'`);
    write('.docker/config.json', { credHelpers: { 'ghcr.io': 'one' }, auths: { 'quay.io': auth('file:1') } });
    const { find } = ((one) => ({ find: one.find.bind(one) }))(source());

    expect(shown(await find('ghcr.io', 'a'))).toBe('password me:pw');
    expect(shown(await find('ghcr.io', 'b'))).toBe('password me:pw');
    expect(shown(await find('quay.io', 'a'))).toBe('password file:1');
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(asked, 'utf8')).toBe('get ghcr.io\n');
  });

  it('of a store are asked for every registry, and for Docker Hub by the name it has there', async () => {
    helper(
      'store',
      `read url; case "$url" in https://index.docker.io/v1/) echo '{"Username":"<token>","Secret":"T"}';; *) echo 'credentials not found in native keychain'; exit 1;; esac`,
    );
    write('.docker/config.json', { credsStore: 'store', auths: { 'quay.io': auth('file:1') } });

    expect(shown(await source().find('docker.io', 'library/a'))).toBe('identity :T');
    expect(shown(await source().find('quay.io', 'a'))).toBe('password file:1');
    expect(await source().find('ghcr.io', 'a')).toBeUndefined();
    expect(said).toEqual([]);
  });

  it.each<[string, string, string, number?]>([
    ['fails', `echo '{"Username":"me","Secret":"hunter2"}'; echo hunter2 >&2; exit 3`, 'it ended with status 3'],
    ['hangs', 'sleep 30 & sleep 30', 'it took longer than 0.5 seconds', 500],
    [
      'writes without end',
      'while :; do echo hunter2hunter2hunter2hunter2hunter2hunter2; done',
      'it wrote more than 65536 bytes',
    ],
    ['writes no JSON', 'echo hunter2', 'it wrote no JSON'],
    ['is killed', 'kill -9 $$', 'it was ended by SIGKILL'],
    ['closes its input', `exec 0<&-; exit 4`, 'it ended with status 4'],
  ])('one that %s is told of without its words', async (_, script, reason, helperMs) => {
    helper('bad', script);
    write('.docker/config.json', { credHelpers: { 'ghcr.io': 'bad' } });

    expect(await source({}, undefined, helperMs).find('ghcr.io', 'a')).toBeUndefined();
    expect(said).toEqual([
      {
        data: { helper: 'docker-credential-bad', registry: 'ghcr.io', reason },
        message: 'a credential helper failed',
      },
    ]);
  });

  it('are told nothing of the credentials in the environment', async () => {
    const seen = path.join(home, 'seen');
    helper('curious', `env > ${seen}; echo '{}'`);
    const environment = {
      PATH: `${bin}:${process.env['PATH']}`,
      AWS_PROFILE: 'kept',
      DRYDOCK_REGISTRY: 'quay.io',
      DRYDOCK_REGISTRY_USERNAME: 'me',
      DRYDOCK_REGISTRY_PASSWORD: 'hunter2',
    };

    await askHelper('curious', 'ghcr.io', { environment });

    const { readFileSync } = await import('node:fs');
    const lines = readFileSync(seen, 'utf8').split('\n');
    expect(lines).toContain('AWS_PROFILE=kept');
    expect(lines.filter((line) => /hunter2|USERNAME|PASSWORD/.test(line))).toEqual([]);
  });

  it.each(['../evil', 'a/b', 'a b', '$(id)', '-x', ''])('are no programs elsewhere: %j', async (name) => {
    expect(await askHelper(name, 'ghcr.io', { environment: { PATH: bin } })).toEqual({
      failure: 'its name is not that of a program',
    });
  });

  it('that are absent are said to be', async () => {
    expect(await askHelper('absent', 'ghcr.io', { environment: { PATH: bin } })).toEqual({
      failure: 'it is not installed',
    });
  });
});

describe('a secret', () => {
  it('is shown by nothing but whoever sends it', async () => {
    write('.docker/config.json', { auths: { 'ghcr.io': auth('me:hunter2') } });
    const found = await source().find('ghcr.io', 'a');

    expect(`${JSON.stringify(found)} ${inspect(found, { depth: 9, showHidden: true })} ${found?.secret}`).not.toContain(
      'hunter2',
    );
    expect(found?.secret.reveal()).toBe('hunter2');
  });
});
