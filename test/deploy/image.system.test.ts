import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildRoot, runRoot } from '../support/container-base.ts';
import { freePort } from '../support/free-port.ts';
import { type RealEngine, startDocker, whyNoEngine } from '../support/real-engines.ts';
import { projectRoot, type RunResult, runProgram } from '../support/run.ts';
import { ask } from '../support/service.ts';
import { systemCallProfile } from '../support/systemd-unit.ts';
import { writeTemporary } from '../support/temporary.ts';

const hasClient = spawnSync('docker', ['--version']).status === 0;
const why = hasClient ? whyNoEngine('dockerd') : 'the docker program is not installed';

/** As strict as an engine can be. */
const strict = [
  ...['--read-only', '--user', '65532', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
  ...['--memory', '300m', '--pids-limit', '64'],
];

const environment = (values: Readonly<Record<string, string>>): string[] =>
  Object.entries({ DRYDOCK_UPDATE_INTERVAL: '0', ...values }).flatMap(([name, value]) => ['--env', `${name}=${value}`]);

describe.skipIf(why !== undefined)(`the container image${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  let engine: RealEngine | undefined;

  const docker = async (...args: readonly string[]): Promise<RunResult> =>
    await runProgram('docker', args, {
      environment: { ...engine!.environment, DOCKER_BUILDKIT: '0' },
      timeout: 800_000,
    });

  const inspect = async (name: string, what: string): Promise<string> =>
    (await docker('inspect', '--format', `{{${what}}}`, name)).stdout.trim();

  /** Starts the service in a container. A shell in it, to ask it from within, there is none. */
  const start = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await docker('run', '--detach', ...strict, ...args);
    expect(stdout, stderr).toMatch(/^[\da-f]{64}\n$/);
    onTestFinished(async () => void (await docker('rm', '--force', '--volumes', stdout.trim())));
    return stdout.trim();
  };

  /** Starts it where this machine can ask it. */
  const startHere = async (...args: readonly string[]) => {
    const [port, healthPort] = [await freePort(), await freePort()];
    const addresses = environment({
      DRYDOCK_LISTEN: `127.0.0.1:${port}`,
      DRYDOCK_HEALTH_LISTEN: `127.0.0.1:${healthPort}`,
    });
    const name = await start('--network', 'host', ...addresses, ...args, 'drydock:test');
    const health = `http://127.0.0.1:${healthPort}`;
    await expect.poll(async () => (await ask(`${health}/readyz`)).status, { timeout: 60_000 }).toBe(200);
    return { name, url: `http://127.0.0.1:${port}`, health };
  };

  const importRoot = async (root: string, name: string): Promise<void> => {
    const { stderr, status } = await runProgram(
      '/bin/sh',
      ['-c', 'tar -C "$1" -cf - . | docker import - "$2"', 'sh', root, name],
      {
        environment: engine!.environment,
        timeout: 300_000,
      },
    );
    expect(status, stderr).toBe(0);
  };

  beforeAll(async () => {
    const base = buildRoot();
    if ('why' in base) throw new Error(base.why);
    // The one that copies whole layers for every step takes minutes.
    engine = await startDocker('overlay').catch(async () => await startDocker());
    await importRoot(base.root, 'base:build');
    await importRoot(runRoot(), 'base:run');
    const bases = ['--build-arg', 'BUILD_IMAGE=base:build', '--build-arg', 'RUN_IMAGE=base:run'];
    const file = path.join(projectRoot, 'deploy/Dockerfile');
    const built = await docker(
      'build',
      '--network',
      'none',
      '--file',
      file,
      ...bases,
      '--tag',
      'drydock:test',
      projectRoot,
    );
    expect(built.status, `${built.stdout}${built.stderr}`).toBe(0);
  }, 900_000);

  afterAll(async () => {
    await engine?.stop();
  });

  it('has no shell, nothing that another user could change, and nothing of the source', async () => {
    const name = (await docker('create', 'drydock:test')).stdout.trim();
    onTestFinished(async () => void (await docker('rm', '--volumes', name)));
    const archive = writeTemporary('image.tar', '');
    expect(await docker('export', '--output', archive, name)).toMatchObject({ status: 0, stderr: '' });
    const { stdout } = await runProgram('tar', ['--numeric-owner', '-tvf', archive]);
    const files = stdout.split('\n').filter((line) => line.startsWith('-'));
    const names = files.map((line) => line.split(/\s+/).slice(5).join(' '));
    expect(names.filter((file) => /^(?:usr\/)?s?bin\//.test(file))).toEqual(['usr/bin/node']);
    expect(names.filter((file) => /^drydock\/(?!bin|dist|docs|examples|node_modules|starter)/.test(file))).toEqual([
      'drydock/LICENSE',
      'drydock/package.json',
    ]);
    const modules = new Set(names.map((file) => /^drydock\/node_modules\/([^/]+)/.exec(file)?.[1]));
    expect([...modules]).toEqual(expect.arrayContaining(['pg', 'undici', 'fastify']));
    expect(names).toEqual(expect.arrayContaining(['drydock/dist/web/index.html', 'drydock/dist/web/report.html']));
    for (const development of ['vitest', 'vite', 'react', 'typescript', 'rolldown', 'knip', 'drydock-web'])
      expect(modules).not.toContain(development);
    const open = stdout.split('\n').filter((line) => /^[-d].{7}w/.test(line) && !line.endsWith(' tmp/'));
    expect(open).toEqual([]);
    const owned = stdout.split('\n').filter((line) => / 65532\/65532 /.test(line));
    expect(owned).toEqual([expect.stringMatching(/^drwx------ .* var\/lib\/drydock\/$/)]);
  });

  it('does not start where others could reach it and nothing keeps them out', async () => {
    const { status, stderr } = await docker('run', '--rm', ...strict, '--network', 'none', 'drydock:test');
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining('DRYDOCK_LISTEN: :6060 is reachable from other machines'),
    ]);
  });

  it('is healthy for its engine, without any network', async () => {
    const name = await start('--network', 'none', ...environment({ DRYDOCK_LISTEN: '127.0.0.1:6060' }), 'drydock:test');
    await expect
      .poll(() => inspect(name, '.State.Health.Status'), { timeout: 120_000, interval: 1000 })
      .toBe('healthy');
  });

  it('serves with a root that cannot be written, keeps its state, and ends well', async () => {
    const volume = ['--volume', 'kept:/var/lib/drydock'];
    const { name, url, health } = await startHere(...volume);
    expect((await ask(`${health}/health`)).status).toBe(200);
    const vulnerability = { Vulnerability: { Name: 'V-1', NamespaceName: 'debian:12', Severity: 'High' } };
    const path = '/v1/namespaces/debian:12/vulnerabilities';
    expect(await ask(`${url}/v1/namespaces`)).toMatchObject({ status: 200, headers: { server: 'clair' } });
    const posted = await ask(`${url}${path}`, { method: 'POST', body: JSON.stringify(vulnerability) });
    expect(posted.status, posted.body).toBe(201);
    await docker('stop', '--time', '20', name);
    expect(await inspect(name, '.State.ExitCode')).toBe('0');
    const { stdout } = await docker('logs', name);
    expect(stdout).toContain('"Event":"stopped"');
    expect(stdout).not.toContain('"Level":"warning"');

    const again = await startHere(...volume);
    expect((await ask(`${again.url}${path}/V-1`)).status).toBe(200);
  });

  it.skipIf(systemCallProfile() === undefined)(
    'needs no system call that the systemd unit forbids (skipped: no systemd-analyze)',
    { timeout: 60_000 },
    async () => {
      const profile = ['--security-opt', `seccomp=${writeTemporary('profile.json', systemCallProfile()!)}`];
      const { url } = await startHere(...profile);
      expect((await ask(`${url}/v1/namespaces`)).status).toBe(200);
      const scan = await docker('run', '--rm', ...strict, ...profile, '--network', 'none', 'drydock:test', 'demo');
      expect(scan).toMatchObject({ status: 0, stdout: expect.stringContaining('VULNERABILITIES') });
    },
  );
});
