import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { UsageError } from '../../errors.ts';
import { engineAddresses } from './addresses.ts';

interface ContextOptions {
  readonly host: string;
  readonly skipVerify?: boolean;
  readonly certificates?: readonly string[];
}

/** A home folder with a Docker configuration, as "docker context create" writes it. */
function dockerHome(contexts: Readonly<Record<string, ContextOptions>>, current?: string): string {
  const home = temporaryFolder();
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(home, '.docker', file)), { recursive: true });
    writeFileSync(path.join(home, '.docker', file), text);
  };
  write('config.json', JSON.stringify(current === undefined ? {} : { currentContext: current }));
  for (const [name, { host, skipVerify = false, certificates = [] }] of Object.entries(contexts)) {
    const id = createHash('sha256').update(name).digest('hex');
    const Endpoints = { docker: { Host: host, SkipTLSVerify: skipVerify } };
    write(`contexts/meta/${id}/meta.json`, JSON.stringify({ Name: name, Metadata: {}, Endpoints }));
    for (const file of certificates) write(`contexts/tls/${id}/docker/${file}`, `${name} ${file}`);
  }
  return home;
}

const HOME = dockerHome({ build: { host: 'unix:///tmp/build.sock' } });

describe('engineAddresses', () => {
  it.each([
    ['Docker in its usual place', 'docker', {}, ['unix:///var/run/docker.sock']],
    [
      'Docker without root',
      'docker',
      { XDG_RUNTIME_DIR: '/run/user/7' },
      ['unix:///var/run/docker.sock', 'unix:///run/user/7/docker.sock'],
    ],
    ['an empty setting as none', 'docker', { DOCKER_HOST: '' }, ['unix:///var/run/docker.sock']],
    ['DOCKER_HOST alone', 'docker', { DOCKER_HOST: 'unix:///tmp/d.sock' }, ['unix:///tmp/d.sock']],
    ['a context', 'docker', { DOCKER_CONTEXT: 'build' }, ['unix:///tmp/build.sock']],
    ['the default context as none', 'docker', { DOCKER_CONTEXT: 'default' }, ['unix:///var/run/docker.sock']],
    [
      'DOCKER_HOST before DOCKER_CONTEXT',
      'docker',
      { DOCKER_CONTEXT: 'build', DOCKER_HOST: 'unix:///tmp/d.sock' },
      ['unix:///tmp/d.sock'],
    ],
    ['Podman for the machine', 'podman', {}, ['unix:///run/podman/podman.sock']],
    [
      'Podman of the user first',
      'podman',
      { XDG_RUNTIME_DIR: '/run/user/7' },
      ['unix:///run/user/7/podman/podman.sock', 'unix:///run/podman/podman.sock'],
    ],
    ['CONTAINER_HOST alone', 'podman', { CONTAINER_HOST: 'tcp://host:1234' }, ['tcp://host:1234']],
    ['not DOCKER_HOST for Podman', 'podman', { DOCKER_HOST: 'tcp://host' }, ['unix:///run/podman/podman.sock']],
  ] as const)('finds %s', (_, kind, environment, expected) => {
    expect(engineAddresses(kind, { HOME, ...environment }).map(({ address }) => address)).toEqual(expected);
  });

  it('reads the context that the settings of Docker name', () => {
    const home = dockerHome(
      { lab: { host: 'tcp://lab:2376', certificates: ['ca.pem', 'cert.pem', 'key.pem'] } },
      'lab',
    );
    const [only] = engineAddresses('docker', { HOME: home });
    expect(only).toEqual({
      address: 'tcp://lab:2376',
      from: 'the Docker context "lab"',
      endpoint: {
        kind: 'tcp',
        host: 'lab',
        port: 2376,
        tls: {
          ca: Buffer.from('lab ca.pem'),
          cert: Buffer.from('lab cert.pem'),
          key: Buffer.from('lab key.pem'),
          verify: true,
        },
      },
    });
  });

  it('leaves certificates unchecked only where a context says so', () => {
    const home = dockerHome({ lax: { host: 'tcp://lab', skipVerify: true } });
    const [only] = engineAddresses('docker', { HOME: home, DOCKER_CONTEXT: 'lax' });
    expect(only?.endpoint).toEqual({ kind: 'tcp', host: 'lab', port: 2376, tls: { verify: false } });
  });

  it.each([
    ['unix://', { kind: 'unix', path: '/var/run/docker.sock' }],
    ['tcp://10.0.0.1', { kind: 'tcp', host: '10.0.0.1', port: 2375 }],
    ['tcp://10.0.0.1:80', { kind: 'tcp', host: '10.0.0.1', port: 80 }],
    ['tcp://[::1]:99', { kind: 'tcp', host: '::1', port: 99 }],
    ['10.0.0.1', { kind: 'tcp', host: '10.0.0.1', port: 2375 }],
    ['host:2000', { kind: 'tcp', host: 'host', port: 2000 }],
    ['ssh://host', { kind: 'ssh', host: 'host', command: ['docker', 'system', 'dial-stdio'] }],
    [
      'ssh://me@host:22/var/run/d.sock',
      {
        kind: 'ssh',
        host: 'host',
        user: 'me',
        port: 22,
        command: ['docker', '--host', 'unix:///var/run/d.sock', 'system', 'dial-stdio'],
      },
    ],
  ])('reads DOCKER_HOST=%s', (DOCKER_HOST, endpoint) => {
    expect(engineAddresses('docker', { HOME, DOCKER_HOST })[0]?.endpoint).toEqual(endpoint);
  });

  it('reads an address of Podman over ssh', () => {
    const environment = { CONTAINER_HOST: 'ssh://me@host/run/user/7/podman.sock', CONTAINER_SSHKEY: '/keys/one' };
    expect(engineAddresses('podman', environment)[0]?.endpoint).toEqual({
      kind: 'ssh',
      host: 'host',
      user: 'me',
      identity: '/keys/one',
      command: ['podman', '--url', 'unix:///run/user/7/podman.sock', 'system', 'dial-stdio'],
    });
  });

  it('takes the certificates of DOCKER_CERT_PATH', () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'ca.pem'), 'an authority');
    const environment = { HOME, DOCKER_HOST: 'tcp://lab', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
    expect(engineAddresses('docker', environment)[0]?.endpoint).toEqual({
      kind: 'tcp',
      host: 'lab',
      port: 2376,
      tls: { ca: Buffer.from('an authority'), verify: true },
    });
  });

  it.each([
    ['an address of another kind', { DOCKER_HOST: 'npipe:////./pipe/docker_engine' }, 'not supported'],
    ['no host', { DOCKER_HOST: 'tcp://' }, 'names no host'],
    ['a host that ssh would take for an option', { DOCKER_HOST: 'ssh://-oProxyCommand=x' }, 'no'],
    ['a user that ssh would take for an option', { DOCKER_HOST: 'ssh://a%20b@host' }, 'user'],
    ['a socket that the shell over there would read', { DOCKER_HOST: 'ssh://host/$(id)' }, 'special characters'],
    ['a port that is none', { DOCKER_HOST: 'tcp://host:99999' }, 'no address'],
    ['a context that is not there', { DOCKER_CONTEXT: 'elsewhere' }, '"elsewhere"'],
    ['certificates that are not there', { DOCKER_HOST: 'tcp://host', DOCKER_TLS_VERIFY: '1' }, 'ca.pem'],
  ])('refuses %s', (_, environment, words) => {
    const find = (): unknown => engineAddresses('docker', { HOME, ...environment });
    expect(find).toThrow(UsageError);
    expect(find).toThrow(words);
  });
});
