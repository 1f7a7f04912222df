import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import {
  abortedAfter,
  docker26,
  type FakeEngine,
  failureOf,
  startFakeEngine,
  textOf,
} from '../../../test/support/fake-engine.ts';
import { hasOtherUser, otherUser } from '../../../test/support/other-user.ts';
import { projectRoot, runProgram } from '../../../test/support/run.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { connectEngine } from './engine.ts';

const releases: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0)) await release();
});

async function fake(...options: Parameters<typeof startFakeEngine>): Promise<FakeEngine> {
  const engine = await startFakeEngine(...options);
  releases.push(() => engine.close());
  return engine;
}

/** Something on a unix socket that is no engine. Returns the setting that leads to it. */
async function listen(onConnection: (socket: Socket) => void): Promise<Record<string, string>> {
  const file = path.join(temporaryFolder(), 'other.sock');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(file, resolve));
  releases.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { DOCKER_HOST: `unix://${file}`, HOME: '/dev/null' };
}

describe('connectEngine', () => {
  it.each([
    ['1.45', '1.24', '1.44'],
    ['1.44', undefined, '1.44'],
    ['1.41', '1.24', '1.41'],
    ['1.24', '1.12', '1.24'],
    ['1.52', '1.44', '1.44'],
    ['2.0', '1.40', '1.44'],
  ])('speaks with an engine of %s (at least %s) in %s', async (ApiVersion, MinAPIVersion, spoken) => {
    const engine = await fake({ version: { ApiVersion, MinAPIVersion }, answers: { '/_ping': { body: 'OK' } } });
    const { apiVersion, request } = await connectEngine('docker', engine);
    expect(apiVersion).toBe(spoken);
    expect(await textOf((await request({ path: '/_ping' })).body)).toBe('OK');
    expect(engine.requests).toEqual(['/version', `/v${spoken}/_ping`]);
  });

  it.each([
    ['too old', { ApiVersion: '1.23' }, 'version', '1.23'],
    ['too new', { ApiVersion: '1.60', MinAPIVersion: '1.45' }, 'version', 'Update Drydock'],
    ['without a version', { Version: '1' }, 'broken', 'is it a container engine?'],
    ['with a version that is none', { ApiVersion: 'new' }, 'broken', 'is it a container engine?'],
    ['that answers garbage', '<html>', 'broken', 'no JSON'],
    ['that answers a list', '[]', 'broken', 'is it a container engine?'],
  ] as const)('refuses an engine %s', async (_, version, failure, words) => {
    const { environment } = await fake({ version });
    const error = await failureOf(connectEngine('docker', { environment }));
    expect(error.failure).toBe(failure);
    expect(error.message).toContain(words);
  });

  it('hands on why an engine does not answer', async () => {
    const { environment } = await fake({ answers: { '/version': { status: 403, body: 'not through this proxy\n' } } });
    const error = await failureOf(connectEngine('docker', { environment }));
    expect(error.failure).toBe('refused');
    expect(error.message).toMatch(/^the Docker engine at unix:\S+ answered HTTP 403: not through this proxy$/);
  });

  it('names every place it tried', async () => {
    const XDG_RUNTIME_DIR = temporaryFolder();
    const error = await failureOf(connectEngine('podman', { environment: { XDG_RUNTIME_DIR } }));
    expect(error).toMatchObject({ failure: 'no-engine', code: 'source.unreachable' });
    expect(error.message).toContain(
      `unix://${XDG_RUNTIME_DIR}/podman/podman.sock: there is no such socket; unix:///run/`,
    );
    expect(error.message).toContain('CONTAINER_HOST');
  });

  it('says who named a socket that is not there', async () => {
    const environment = { DOCKER_HOST: `unix://${temporaryFolder()}/none.sock` };
    const error = await failureOf(connectEngine('docker', { environment }));
    expect(error.message).toMatch(/none\.sock \(DOCKER_HOST\): there is no such socket\. Start Docker/);
  });

  it('tells a socket on which nobody listens any more', async () => {
    const engine = await startFakeEngine();
    const file = path.join(temporaryFolder(), 'left.sock');
    // A listener that is killed leaves its socket behind.
    const script = `require('node:net').createServer().listen(${JSON.stringify(file)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await runProgram(process.execPath, ['-e', script]);
    await engine.close();
    const error = await failureOf(connectEngine('docker', { environment: { DOCKER_HOST: `unix://${file}` } }));
    expect(error.message).toContain('left.sock (DOCKER_HOST): nobody listens there');
  });

  it.skipIf(otherUser === undefined || !hasOtherUser)('says what to do where the socket is not ours', async () => {
    const { socket } = await fake();
    // Those of the test alone, wherever temporary files are.
    const ends = [path.resolve(tmpdir()), '/'];
    for (let folder = path.dirname(socket); !ends.includes(folder); folder = path.dirname(folder))
      chmodSync(folder, 0o755);
    chmodSync(socket, 0o600);
    const script = `import(${JSON.stringify(path.join(projectRoot, 'src/net/container-engine/engine.ts'))})
      .then(({ connectEngine }) => connectEngine('docker', { environment: { DOCKER_HOST: 'unix://${socket}', HOME: '/' } }))
      .then(() => console.log('connected'), (error) => console.log(error.failure, error.code, error.message))`;
    const { stdout, stderr } = await runProgram(process.execPath, ['-e', script], { user: otherUser!, folder: '/' });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^permission source\.unreadable .*permission denied.*docker group, or use sudo/);
  });

  it('does not ask an address on the network when none is allowed', async () => {
    for (const DOCKER_HOST of ['tcp://127.0.0.1:1', 'ssh://host']) {
      const options = { environment: { DOCKER_HOST }, offline: true, onHost: () => expect.unreachable() };
      expect((await failureOf(connectEngine('docker', options))).failure).toBe('offline');
    }
  });

  it('reaches a socket of this machine when no network is allowed', async () => {
    const { environment } = await fake();
    expect((await connectEngine('docker', { environment, offline: true })).version).toBe(docker26.Version);
  });

  it('ends where nothing answers in time', async () => {
    const environment = await listen(() => {});
    const error = await failureOf(connectEngine('docker', { environment, timeouts: { headersMs: 50 } }));
    expect(error.message).toMatch(
      /other\.sock did not answer within 0\.05 seconds\. .*restart the engine, or set DOCKER_HOST to another\.$/,
    );
  });

  it('tells what is no HTTP', async () => {
    const environment = await listen((socket) => socket.end('SSH-2.0-OpenSSH_10\r\n'));
    expect((await failureOf(connectEngine('docker', { environment }))).message).toContain('no HTTP');
  });

  it('tells a connection that is closed without an answer', async () => {
    const environment = await listen((socket) => socket.destroy());
    const error = await failureOf(connectEngine('docker', { environment }));
    expect(error.message).toMatch(/^the Docker engine at unix:\S+ ended the connection/);
  });

  it('stops at once when it is told to, with the reason it was given', async () => {
    const environment = await listen(() => {});
    const reason = new Error('enough');
    const signal = AbortSignal.any([AbortSignal.timeout(1e6), abortedAfter(30, reason)]);
    await expect(connectEngine('docker', { environment, signal })).rejects.toBe(reason);
    await expect(connectEngine('docker', { environment, signal })).rejects.toBe(reason);
  });

  it('reads no more than it must of an endless answer', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, ' ');
    const { environment } = await fake({
      answers: {
        '/version': (_, response) => {
          const more = (): void => void response.write(megabyte, (error) => (error ? undefined : more()));
          more();
        },
      },
    });
    expect((await failureOf(connectEngine('docker', { environment }))).message).toContain('more than 16777216 bytes');
  });

  it('reaches an engine over ssh', async () => {
    const { socket } = await fake({ answers: { '/_ping': { body: 'OK' } } });
    const bin = fakeSsh(`
      const [command, ...rest] = process.argv.slice(process.argv.indexOf('--') + 2);
      if (command !== 'docker' || rest.join(' ') !== 'system dial-stdio') process.exit(9);
      const socket = require('node:net').connect(${JSON.stringify(socket)});
      process.stdin.pipe(socket).pipe(process.stdout);`);
    const hosts: string[] = [];
    const environment = { PATH: `${bin}:${process.env['PATH']}`, DOCKER_HOST: 'ssh://me@far:2222', HOME: '/dev/null' };
    const engine = await connectEngine('docker', { environment, onHost: (host) => hosts.push(host) });
    expect(await textOf((await engine.request({ path: '/_ping' })).body)).toBe('OK');
    expect(hosts).toEqual(['far:2222', 'far:2222']);
  });

  it.each([
    [
      'ssh fails',
      `console.error('me@far: Permission denied (publickey).'); process.exit(255)`,
      'status 255: me@far: Perm',
    ],
    ['nothing comes of it', 'process.exit(0)', 'ended the connection'],
  ])('tells when %s', async (_, script, words) => {
    const environment = {
      PATH: `${fakeSsh(script)}:${process.env['PATH']}`,
      DOCKER_HOST: 'ssh://far',
      HOME: '/dev/null',
    };
    expect((await failureOf(connectEngine('docker', { environment }))).message).toContain(words);
  });

  it('tells ssh nothing of the credentials of a registry', async () => {
    const script = `
      const names = Object.keys(process.env).filter((name) => /^DRYDOCK_REGISTRY_|^SSH_AUTH_SOCK$/.test(name));
      console.error('seen: ' + names.sort().join());
      process.exit(1)`;
    const environment = {
      PATH: `${fakeSsh(script)}:${process.env['PATH']}`,
      DOCKER_HOST: 'ssh://far',
      HOME: '/dev/null',
      SSH_AUTH_SOCK: '/agent',
      DRYDOCK_REGISTRY_USERNAME: 'me',
      DRYDOCK_REGISTRY_PASSWORD: 'hunter2',
    };
    expect((await failureOf(connectEngine('docker', { environment }))).message).toContain(': seen: SSH_AUTH_SOCK. ');
  });

  it('tells when there is no ssh', async () => {
    const environment = { PATH: temporaryFolder(), DOCKER_HOST: 'ssh://far', HOME: '/dev/null' };
    expect((await failureOf(connectEngine('docker', { environment }))).message).toContain('ssh could not be started');
  });
});

/** A certificate of this machine that signs itself, and its key: `NAME-cert.pem` and `NAME-key.pem`. */
function makeCertificate(folder: string, name: string): void {
  const { status } = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '36500'],
    ...['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', path.join(folder, `${name}-key.pem`), '-out', path.join(folder, `${name}-cert.pem`)],
  ]);
  expect(status).toBe(0);
}

/** Joins a port of this machine to a socket. */
async function forward(make: (join: (socket: Socket) => void) => Server, file: string): Promise<number> {
  const server = make((socket) => {
    const engine = connect(file);
    for (const one of [socket, engine]) one.on('error', () => {});
    socket.pipe(engine).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  releases.push(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

describe('an engine on the network', () => {
  it('is reached at its port', async () => {
    const { socket } = await fake();
    const port = await forward((join) => createServer(join), socket);
    const hosts: string[] = [];
    const environment = { DOCKER_HOST: `tcp://127.0.0.1:${port}` };
    const engine = await connectEngine('docker', { environment, onHost: (host) => hosts.push(host) });
    expect(engine.name).toBe(`the Docker engine at tcp://127.0.0.1:${port}`);
    expect(hosts).toEqual([`127.0.0.1:${port}`]);
  });

  const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

  it.skipIf(!hasOpenssl)('has its certificate checked, and sees ours', async () => {
    const folder = temporaryFolder();
    const pem = (name: string): string => path.join(folder, name);
    makeCertificate(folder, 'own');
    for (const name of ['key.pem', 'cert.pem']) writeFileSync(pem(name), readFileSync(pem(`own-${name}`)));
    const [key, cert] = [readFileSync(pem('key.pem')), readFileSync(pem('cert.pem'))];
    const { socket } = await fake();
    const port = await forward(
      (join) => createTlsServer({ key, cert, ca: cert, requestCert: true, rejectUnauthorized: true }, join),
      socket,
    );
    const environment = { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };

    writeFileSync(pem('ca.pem'), cert);
    expect((await connectEngine('docker', { environment })).version).toBe(docker26.Version);

    makeCertificate(folder, 'other');
    writeFileSync(pem('ca.pem'), readFileSync(pem('other-cert.pem')));
    const error = await failureOf(connectEngine('docker', { environment }));
    expect(error.failure).toBe('broken');
    expect(error.message).toMatch(/shows a certificate that is not trusted here .*ca\.pem of its authority\.$/);
  });
});

/** A folder with a program "ssh" that does what a script says. */
function fakeSsh(script: string): string {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'ssh'), `#!${process.execPath}\n${script}\n`);
  chmodSync(path.join(folder, 'ssh'), 0o755);
  return folder;
}
