import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A network namespace of its own with nothing but loopback, and programs that a test starts in it. */
export interface NetworkNamespace {
  /** The process that keeps it. */
  readonly pid: number;
  start(
    program: string,
    args: readonly string[],
    options?: { readonly uid?: number; readonly cwd?: string },
  ): ChildProcess;
  /** Ends a program that was started otherwise with the rest. */
  adopt(child: ChildProcess): void;
  /** Runs a program to its end. */
  run(program: string, args: readonly string[]): string;
  /** Waits until something listens on a port there. */
  listens(port: number, protocol?: 'tcp' | 'udp'): Promise<void>;
  stop(): void;
}

/** Why there can be none, or undefined where there can. */
export function whyNoNamespace(...programs: readonly string[]): string | undefined {
  if (process.getuid?.() !== 0) return 'namespaces need root here';
  for (const program of ['unshare', 'nsenter', 'ip', ...programs]) {
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) return `${program} is not installed`;
  }
  return spawnSync('unshare', ['-n', 'true']).status === 0 ? undefined : 'namespaces cannot be made here';
}

/** Servers have workers, which outlive them where they are killed alone: what leads a group of its own ends with the group. */
function endWithWorkers(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It leads none.
    child.kill('SIGKILL');
  }
}

/** Whether a process left the network namespace of this one, and has its loopback interface up. Until then `nsenter` stays here. */
function isReady(pid: number): boolean {
  const link = (id: number | 'self'): string => readlinkSync(`/proc/${id}/ns/net`);
  if (!existsSync(`/proc/${pid}/ns/net`) || link(pid) === link('self')) return false;
  return spawnSync('nsenter', ['-t', String(pid), '-n', 'ip', 'link', 'show', 'up']).stdout.includes('lo:');
}

/** Makes one. Its programs end with the test run. */
export async function networkNamespace(): Promise<NetworkNamespace> {
  const keeper = spawn('unshare', ['-n', 'sh', '-c', 'ip link set lo up && exec sleep 1000000'], { stdio: 'ignore' });
  const pid = keeper.pid as number;
  const children: ChildProcess[] = [keeper];
  const stop = (): void => {
    for (const child of children) endWithWorkers(child);
  };
  process.once('exit', stop);
  const run = (program: string, args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync('nsenter', ['-t', String(pid), '-n', program, ...args], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${program} ended with status ${status}: ${stderr}`);
    return stdout;
  };
  for (const patience = Date.now() + 60_000; !isReady(pid); ) {
    if (keeper.exitCode !== null || Date.now() > patience) throw new Error('no network namespace was made');
    await sleep(10);
  }
  return {
    pid,
    run,
    start(program, args, options = {}) {
      const child = spawn('nsenter', ['-t', String(pid), '-n', program, ...args], {
        stdio: 'ignore',
        detached: true,
        ...options,
      });
      children.push(child);
      return child;
    },
    adopt: (child) => void children.push(child),
    async listens(port, protocol = 'tcp') {
      const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
      const state = protocol === 'tcp' ? ' 0A ' : ' 07 ';
      for (let tries = 0; tries < 1000; tries++) {
        const tables = run('cat', [`/proc/self/net/${protocol}`, `/proc/self/net/${protocol}6`]).split('\n');
        if (tables.some((line) => line.slice(0, 50).includes(wanted) && line.includes(state))) return;
        await sleep(20);
      }
      throw new Error(`nothing listens on ${port}/${protocol}`);
    },
    stop() {
      process.off('exit', stop);
      stop();
    },
  };
}
