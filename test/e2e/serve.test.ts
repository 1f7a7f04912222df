import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { setOsv, startFeedMirror } from '../support/feed-mirror.ts';
import { drydockEntry } from '../support/program.ts';
import { projectRoot, runDrydock } from '../support/run.ts';
import { ask, randomSecret } from '../support/service.ts';
import { temporaryFolder } from '../support/temporary.ts';

interface Served {
  readonly url: string;
  readonly healthUrl: string;
  readonly folder: string;
  lines(): readonly Record<string, unknown>[];
  text(): string;
  errors(): string;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
}

const children = new Set<ReturnType<typeof spawn>>();

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

/** Runs `drydock serve` on free ports, with its state in a folder of its own, until it is ready. */
async function serve(args: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<Served> {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const child = spawn(
    process.execPath,
    [drydockEntry(), 'serve', '--health-listen', '127.0.0.1:0', '--update-interval', '0', ...args],
    {
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        NODE_COMPILE_CACHE: path.join(projectRoot, 'node_modules/.cache/drydock-test'),
      },
    },
  );
  children.add(child);
  let [out, errors] = ['', ''];
  child.stdout.on('data', (piece) => {
    out += String(piece);
  });
  child.stderr.on('data', (piece) => {
    errors += String(piece);
  });
  const ended = once(child, 'close').then(([status, signal]) => ({ status, signal }));
  const lines = (): Record<string, unknown>[] =>
    out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const event = (name: string) => lines().find((line) => line['Event'] === name);
  await Promise.race([
    expect.poll(() => event('ready')).toBeDefined(),
    ended.then(() => Promise.reject(new Error(`it ended: ${errors}${out}`))),
  ]);
  const { address, health } = event('listening') as { address: { port: number }; health: { port: number } };
  return {
    url: `http://127.0.0.1:${address.port}`,
    healthUrl: `http://127.0.0.1:${health.port}`,
    folder,
    lines,
    text: () => out,
    errors: () => errors,
    signal: (name) => void child.kill(name),
    ended,
  };
}

const here = ['--listen', '127.0.0.1:0'];

describe('drydock serve', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('serves until %s, and ends well', async (signal) => {
    const service = await serve([...here, '-cpu-profile', 'served.cpuprofile']);
    expect(await ask(`${service.url}/v1/namespaces`)).toMatchObject({ status: 200, body: '{"Namespaces":null}\n' });
    expect(await ask(`${service.healthUrl}/health`)).toMatchObject({ status: 200 });
    service.signal(signal);
    expect(await service.ended).toEqual({ status: 0, signal: null });
    expect(service.lines().at(-1)).toMatchObject({ Event: 'stopped', Level: 'info' });
    expect(service.errors()).toBe('');
    const state = path.join(service.folder, '.local/state/drydock');
    expect(statSync(state).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(path.join(service.folder, 'served.cpuprofile'), 'utf8'))).toHaveProperty('nodes');
  });

  it('ends at once on a second signal', async () => {
    // A layer server that never answers: the request is in the air while the service stops.
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const connected = once(silent, 'connection');
    const service = await serve([...here, '--drain-time', '60s', '--layer-hosts', `127.0.0.1:${port}`]);
    const layer = { Layer: { Name: 'x', Path: `http://127.0.0.1:${port}/x`, Format: 'Docker' } };
    const answer = ask(`${service.url}/v1/layers`, { method: 'POST', body: JSON.stringify(layer) });
    answer.catch(() => {});
    await connected;
    service.signal('SIGTERM');
    await expect.poll(() => service.text()).toContain('"Event":"stopping"');
    service.signal('SIGTERM');
    expect(await service.ended).toEqual({ status: 143, signal: null });
    silent.close();
  });

  it('reads tokens again on SIGHUP, and keeps the old ones where the file is bad', async () => {
    const [first, second] = [randomSecret(), randomSecret()];
    const entry = (text: string): string => `ci:read:${createHash('sha256').update(text).digest('hex')}\n`;
    const yaml = 'server:\n  token-file: tokens\n  log-level: debug\n';
    const service = await serve([...here, '--config', 'service.yaml'], { 'service.yaml': yaml, tokens: entry(first) });
    const tokens = path.join(service.folder, 'tokens');
    const askWith = async (text: string) =>
      (await ask(`${service.url}/v1/namespaces`, { headers: { Authorization: `Bearer ${text}` } })).status;
    expect([await askWith(first), await askWith(second)]).toEqual([200, 401]);

    writeFileSync(tokens, entry(second));
    writeFileSync(path.join(service.folder, 'service.yaml'), `${yaml}  client-queue: 5\n`);
    service.signal('SIGHUP');
    await expect.poll(() => service.text()).toContain('configuration read again');
    expect([await askWith(first), await askWith(second)]).toEqual([401, 200]);
    expect(service.lines().find(({ Event }) => String(Event).includes('only a restart'))).toMatchObject({
      options: ['client-queue'],
    });

    writeFileSync(tokens, 'ci:raed:x');
    service.signal('SIGHUP');
    await expect.poll(() => service.text()).toContain('the one before it still holds');
    expect(await askWith(second)).toBe(200);
    service.signal('SIGTERM');
    expect((await service.ended).status).toBe(0);
    expect(service.text()).not.toContain(second);
  });

  it('understands what Clair was started with', async () => {
    const { status, stderr } = await runDrydock(
      ['serve', '-config=config.yaml', '-log-level', 'debug', '-insecure-tls'],
      {
        folder: (() => {
          const folder = temporaryFolder();
          writeFileSync(
            path.join(folder, 'config.yaml'),
            'clair:\n  database:\n    type: pgsql\n    options:\n      source: host=localhost password=hunter2 sslmode=disable\n  api:\n    port: 6060\n    unheard: of\n',
          );
          return folder;
        })(),
      },
    );
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^drydock: warning: config\.yaml:8: unknown key "clair\.api\.unheard", which does nothing\.$/m,
    );
    expect(stderr).toMatch(/^drydock: config\.yaml:7: clair\.api\.port: :6060 is reachable from other machines/m);
    expect(stderr).not.toContain('hunter2');
  });

  it.each<[string, string[], RegExp]>([
    [
      'a level that is none',
      ['-log-level', 'ifno'],
      /^drydock: --log-level: "ifno" is not one of .*Did you mean "info"\?$/m,
    ],
    ['a feed that is none', ['--feeds', 'debian-tracke'], /is no feed\. .*Did you mean debian-tracker\?$/m],
    [
      'a database below a file',
      ['--store', '/dev/null/x/y.db'],
      /^drydock: \/dev\/null is no folder, and the service needs \/dev\/null\/x, below it, as the folder of its database/m,
    ],
    [
      'a database whose folder cannot be made',
      ['--store', '/proc/nowhere/y.db'],
      /^drydock: \/proc\/nowhere: the folder of the database cannot be made/m,
    ],
    ['an address that is none', ['--listen', '6060'], /^drydock: --listen: HOST:PORT is expected/m],
    ['a word too many', ['here'], /takes no words; "here" is one too many/],
  ])('refuses %s', async (_, args, message) => {
    const { status, stderr } = await runDrydock(
      ['serve', '--listen', '127.0.0.1:0', '--health-listen', '127.0.0.1:0', ...args],
      {
        environment: { XDG_STATE_HOME: temporaryFolder() },
      },
    );
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('says that a port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = `127.0.0.1:${(taken.address() as { port: number }).port}`;
    const { status, stderr } = await runDrydock(['serve', '--listen', address], {
      environment: { XDG_STATE_HOME: temporaryFolder() },
    });
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining(`${address}: another program listens there already.`),
    ]);
    taken.close();
  });
});

describe('what the service knows', () => {
  const record = (id: string, fixed: string, modified: string) => ({
    id,
    modified,
    published: modified,
    details: `${id} in a test`,
    affected: [
      {
        package: { ecosystem: 'Ubuntu:24.04:LTS', name: 'curl', purl: 'pkg:deb/ubuntu/curl?arch=source&distro=noble' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  });

  it('comes from the feeds, and changes with them', async () => {
    const mirror = await startFeedMirror();
    setOsv(mirror, 'Ubuntu', [record('UBUNTU-CVE-2024-1', '8.5.0-2ubuntu10', '2026-01-01T00:00:00Z')]);
    const options = ['--mirror', mirror.url, '--feeds', 'ubuntu-osv', '--update-interval', '2s'];
    const service = await serve([...here, ...options]);
    const listed = async () => (await ask(`${service.url}/v1/namespaces/ubuntu:24.04/vulnerabilities?limit=9`)).body;
    await expect.poll(listed).toContain('UBUNTU-CVE-2024-1');
    setOsv(mirror, 'Ubuntu', [
      record('UBUNTU-CVE-2024-1', '8.5.0-2ubuntu10', '2026-01-01T00:00:00Z'),
      record('UBUNTU-CVE-2024-2', '8.5.0-2ubuntu11', '2026-01-02T00:00:00Z'),
    ]);
    await expect.poll(listed).toContain('UBUNTU-CVE-2024-2');
    const metrics = async () => (await ask(`${service.url}/v1/metrics`)).body;
    await expect.poll(metrics).toMatch(/^drydock_feed_records\{feed="ubuntu-osv"\} 2$/m);
    expect(await metrics()).toMatch(/^drydock_updater_last_success_timestamp_seconds [1-9]\d+$/m);

    mirror.close();
    await expect.poll(() => service.text()).toContain('the update failed; what was there before is still served');
    expect(await listed()).toContain('UBUNTU-CVE-2024-2');
    await expect.poll(metrics).toMatch(/^drydock_feed_failed\{feed="ubuntu-osv"\} 1$/m);
    service.signal('SIGTERM');
    expect((await service.ended).status).toBe(0);
  });
});

describe('drydock serve token', () => {
  it('makes a token that the service lets in by the line that comes with it', async () => {
    const { status, stdout } = await runDrydock(['serve', 'token', 'ci', '--scope', 'scan']);
    expect(status).toBe(0);
    const token = /^drydock_[\w-]{43}$/m.exec(stdout)?.[0] ?? '';
    const yaml = stdout.slice(stdout.indexOf('server:'));
    expect(yaml).not.toContain(token);
    const service = await serve([...here, '--config', 'service.yaml'], { 'service.yaml': yaml });
    const headers = { Authorization: `Bearer ${token}` };
    expect((await ask(`${service.url}/v1/namespaces`, { headers })).status).toBe(200);
    expect((await ask(`${service.url}/v1/namespaces/x/vulnerabilities`, { method: 'POST', headers })).status).toBe(403);
    const again = await runDrydock(['serve', 'token', 'ci']);
    expect(again.stdout).not.toContain(token);
  });

  it.each([
    [['serve', 'token'], '"drydock serve token" needs NAME'],
    [['serve', 'token', 'a:b'], 'a name of letters, digits'],
    [['serve', 'token', 'a', '--scope', 'wirte'], '--scope: "wirte" is not one of report, read, scan, observe, admin.'],
  ])('refuses %j', async (args, message) => {
    const { status, stderr } = await runDrydock(args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
