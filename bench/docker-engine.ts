import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const START_SECONDS = 30;

/** A Docker engine of one's own: nothing of it is seen by, or seen from, one that the machine runs. */
export interface DockerEngine {
  /** Runs `docker` against this engine and waits; what it prints goes to stderr. */
  run(...words: readonly string[]): void;
}

/**
 * Starts a Docker engine whose state lives below `folder`, hands it to `use`, stops it and removes its state.
 * It has no bridge: builds use the host's network. Needs root, and `dockerd` and `docker` (Debian package docker.io).
 */
export async function withDockerEngine(folder: string, use: (engine: DockerEngine) => void): Promise<void> {
  for (const program of ['dockerd', 'docker']) {
    if (spawnSync(program, ['--version']).status !== 0) throw new Error(`${program} is needed (Debian: docker.io)`);
  }
  const state = path.join(folder, 'engine');
  mkdirSync(state, { recursive: true });
  const host = `unix://${path.join(state, 'socket')}`;
  const log = openSync(path.join(folder, 'engine.log'), 'w');
  const options = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--pidfile', path.join(state, 'pid')];
  const daemon = spawn(
    'dockerd',
    ['-H', host, '--data-root', path.join(state, 'data'), '--exec-root', path.join(state, 'run'), ...options],
    { stdio: ['ignore', log, log] },
  );
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: '0' };
  try {
    await ready(daemon, env);
    use({ run: (...words) => void execFileSync('docker', words, { env, stdio: ['ignore', 2, 2] }) });
  } finally {
    if (daemon.exitCode === null && daemon.signalCode === null) {
      const exit = once(daemon, 'exit');
      daemon.kill('SIGTERM');
      await exit;
    }
    unmountBelow(state);
    rmSync(state, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Docker leaves behind its own folder, mounted on itself, and the network namespace of `--network host`. */
function unmountBelow(folder: string): void {
  const points = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point.startsWith(`${folder}/`));
  for (const point of points.toReversed()) spawnSync('umount', [point]);
}

async function ready(daemon: ChildProcess, env: NodeJS.ProcessEnv): Promise<void> {
  for (let i = 0; i < START_SECONDS * 2; i++) {
    if (daemon.exitCode !== null) throw new Error('dockerd did not start: see engine.log');
    if (spawnSync('docker', ['version'], { env }).status === 0) return;
    await delay(500);
  }
  throw new Error(`dockerd did not answer within ${START_SECONDS} s: see engine.log`);
}
