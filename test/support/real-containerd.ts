import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A containerd that a test started for itself, with a root, a state and a socket of its own. */
export interface RealContainerd {
  readonly root: string;
  /** Runs `ctr`. @returns what it says */
  ctr(...words: readonly string[]): string;
  stop(): Promise<void>;
}

/** Why tests of it are skipped, or undefined where they can run. */
export function whyNoContainerd(): string | undefined {
  if (process.getuid?.() !== 0) return 'containerd needs root here';
  const isThere = ['containerd', 'ctr'].every((name) => spawnSync(name, ['--version']).status === 0);
  return isThere ? undefined : 'containerd is not installed';
}

/** @throws Error with the end of its log when it does not come up */
export async function startContainerd(): Promise<RealContainerd> {
  const folder = mkdtempSync(path.join(tmpdir(), 'drydock-containerd-'));
  const [root, socket] = [path.join(folder, 'root'), path.join(folder, 'socket')];
  const configuration = path.join(folder, 'config.toml');
  writeFileSync(
    configuration,
    `version = 2
root = ${JSON.stringify(root)}
state = ${JSON.stringify(path.join(folder, 'state'))}
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
[grpc]
address = ${JSON.stringify(socket)}
`,
  );
  const child = spawn('containerd', ['-c', configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
  const kill = (): void => void child.kill();
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = `${log}${chunk.toString()}`.slice(-2000);
  });
  for (let waited = 0; !log.includes('successfully booted'); waited += 50) {
    if (child.exitCode !== null || waited > 120_000) {
      await end(child);
      removeWhenQuiet(folder);
      throw new Error(`containerd did not come up: ${log}`);
    }
    await sleep(50);
  }
  return {
    root,
    ctr: (...words) => execFileSync('ctr', ['--address', socket, ...words], { encoding: 'utf8' }),
    async stop() {
      await end(child);
      removeWhenQuiet(folder);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  if ((await Promise.race([ended, sleep(60_000, 'late')])) === 'late') {
    child.kill('SIGKILL');
    await ended;
  }
}

/** What it started may outlive it by a moment, and writes until it is gone. */
function removeWhenQuiet(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
