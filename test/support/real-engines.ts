import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** An engine that a test started for itself: with a store, a socket and settings of its own. */
export interface RealEngine {
  readonly environment: Readonly<Record<string, string>>;
  /** Where it listens. */
  readonly socket: string;
  /** Gives it the images of an archive as `docker save` writes them. */
  load(archive: string): void;
  stop(): Promise<void>;
  /** Ends it as a crash would, with what it runs going on. Docker alone. */
  crash?(): Promise<void>;
  /** Starts it anew over what is there. Docker alone. */
  startAgain?(): Promise<void>;
}

/** Why a test with real engines is skipped, or undefined where it can run. */
export function whyNoEngine(program: 'dockerd' | 'podman'): string | undefined {
  if (process.getuid?.() !== 0) return `${program} needs root here`;
  return spawnSync(program, ['--version']).status === 0 ? undefined : `${program} is not installed`;
}

/** Storage drivers; `overlay` is fast, and not everywhere to be had. */
const drivers = { own: 'vfs', containerd: 'native', overlay: 'overlay2' } as const;

/**
 * Starts Docker with its own store, or with that of containerd, which keeps layers compressed as they came.
 * @param runtimes paths of OCI runtimes by their names, beside its own
 * @param more of its command line: places where it listens, too
 * @throws Error with the end of its log when it does not come up
 */
export async function startDocker(
  store: keyof typeof drivers = 'own',
  runtimes: Readonly<Record<string, string>> = {},
  more: readonly string[] = [],
): Promise<RealEngine> {
  const folder = engineFolder();
  const configuration = path.join(folder, 'daemon.json');
  writeFileSync(
    configuration,
    JSON.stringify({
      features: { 'containerd-snapshotter': store === 'containerd' },
      runtimes: Object.fromEntries(Object.entries(runtimes).map(([name, program]) => [name, { path: program }])),
    }),
  );
  const socket = path.join(folder, 'docker.sock');
  const args = [
    ...['--data-root', path.join(folder, 'data'), '--exec-root', path.join(folder, 'exec')],
    ...['-H', `unix://${socket}`, '--pidfile', path.join(folder, 'pid')],
    ...['--iptables=false', '--ip6tables=false', '--bridge=none', '--config-file', configuration],
    `--storage-driver=${drivers[store]}`,
    ...more,
  ];
  let child = await start(folder, socket, 'dockerd', args);
  return {
    ...engine(folder, () => child, socket, 'DOCKER_HOST'),
    crash: () => end(child, 'SIGKILL'),
    startAgain: async () => {
      child = await start(folder, socket, 'dockerd', args);
    },
  };
}

/** Starts the service of Podman. @throws Error with the end of its log when it does not come up */
export async function startPodman(driver: 'vfs' | 'overlay' = 'vfs'): Promise<RealEngine> {
  const folder = engineFolder();
  const socket = path.join(folder, 'podman.sock');
  const [root, run] = [path.join(folder, 'root'), path.join(folder, 'run')];
  const configuration = path.join(folder, 'storage.conf');
  writeFileSync(configuration, `[storage]\ndriver="${driver}"\nrunroot="${run}"\ngraphroot="${root}"\n`);
  const child = await start(
    folder,
    socket,
    'podman',
    [
      ...['--root', root, '--runroot', run, '--storage-driver', driver, '--cgroup-manager', 'cgroupfs'],
      ...['--network-config-dir', path.join(folder, 'networks')],
      ...['system', 'service', '--time', '0', `unix://${socket}`],
    ],
    { CONTAINERS_STORAGE_CONF: configuration, XDG_RUNTIME_DIR: folder },
  );
  return engine(folder, () => child, socket, 'CONTAINER_HOST');
}

function engineFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'drydock-engine-'));
}

async function start(
  folder: string,
  socket: string,
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ChildProcess> {
  const home = path.join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'] ?? '', HOME: home, ...environment },
    // Podman's helpers leave files where they stand.
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test run that is ended early takes its engines with it.
  const kill = (): void => void child.kill();
  process.once('exit', kill).once('SIGTERM', kill);
  child.once('exit', () => process.off('exit', kill).off('SIGTERM', kill));
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log = `${log}${chunk.toString()}`.slice(-2000);
    });
  }
  for (const patience = Date.now() + 120_000; Date.now() < patience; ) {
    if (child.exitCode !== null) break;
    if (existsSync(socket) && ask(socket, '/version').status === 0) return child;
    await sleep(100);
  }
  await end(child);
  await remove(folder);
  throw new Error(`${program} did not come up: ${log}`);
}

function engine(folder: string, child: () => ChildProcess, socket: string, setting: string): RealEngine {
  return {
    environment: { [setting]: `unix://${socket}`, HOME: path.join(folder, 'home') },
    socket,
    load(archive) {
      const { status, stdout, stderr } = ask(socket, '/images/load', archive);
      if (status !== 0 || !stdout.includes('Loaded image')) throw new Error(`not loaded: ${stdout}${stderr}`);
    },
    async stop() {
      await end(child());
      await remove(folder);
    },
  };
}

/** One request by a program that is no part of what is tested: GET, or POST of a file. */
function ask(socket: string, url: string, file?: string): { status: number | null; stdout: string; stderr: string } {
  const script = `
    const request = require('node:http').request(
      { socketPath: ${JSON.stringify(socket)}, path: ${JSON.stringify(url)}, method: ${file === undefined ? '"GET"' : '"POST"'},
        headers: { host: 'test', 'content-type': 'application/x-tar' } },
      (response) => { response.pipe(process.stdout); if (response.statusCode !== 200) process.exitCode = 1; });
    request.on('error', () => process.exit(2));
    ${file === undefined ? 'request.end()' : `require('node:fs').createReadStream(${JSON.stringify(file)}).pipe(request)`};`;
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  if ((await Promise.race([ended, sleep(60_000, 'late')])) === 'late') {
    child.kill('SIGKILL');
    await ended;
  }
}

/** Engines mount things below their folder; whatever is left mounted goes first. */
function unmountBelow(folder: string): void {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((place) => place.startsWith(`${folder}/`));
  for (const place of mounts.reverse()) spawnSync('umount', ['--lazy', place]);
}

/** What an engine started may outlive it by a moment, and writes and mounts until it is gone. */
async function remove(folder: string): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    unmountBelow(folder);
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (attempts === 60) throw error;
      await sleep(500);
    }
  }
}
