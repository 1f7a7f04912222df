import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync, chmodSync, chownSync, constants, globSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const folders = ['/usr/local/sbin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', ...globSync('/usr/lib/postgresql/*/bin')];

/** Where a program lies; undefined where it is not installed. */
export function findProgram(name: string): string | undefined {
  return folders
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Why a test with a real service is skipped, or undefined where it can run. */
export function whyNoProgram(name: string): string | undefined {
  if (findProgram(name) === undefined) return `${name} is not installed`;
  return process.getuid?.() === 0 ? undefined : 'services are started as other users, which root alone can do';
}

const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Gives files to a user: many services refuse to run as root. */
export function own(user: string, ...files: readonly string[]): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  const ids = { uid: id('-u'), gid: id('-g') };
  for (const file of files) {
    chmodSync(path.dirname(path.dirname(file)), 0o755);
    chmodSync(path.dirname(file), 0o755);
    chownSync(file, ids.uid, ids.gid);
  }
  return ids;
}

/** A service that a test started on loopback. */
export interface RealService {
  readonly output: () => string;
  stop(): Promise<void>;
}

/**
 * Starts a service and waits until its port is open.
 * @throws Error with its output where it ends before, or after 20 seconds
 */
export async function startService(
  program: string,
  given: readonly string[],
  port: number,
  options: {
    readonly uid?: number;
    readonly gid?: number;
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
  } = {},
): Promise<RealService> {
  const { env, ...rest } = options;
  const child = spawn(path.isAbsolute(program) ? program : findProgram(program)!, given, {
    ...rest,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended: Promise<void> = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running.delete(child);
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(late);
  };
  for (let round = 0; round < 1000; round++) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}: ${output}`);
    if (await isOpen(port)) return { output: () => output, stop };
    await sleep(100);
  }
  await stop();
  throw new Error(`${program} does not listen: ${output}`);
}

async function isOpen(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
