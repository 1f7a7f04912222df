import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { projectRoot } from '../support/run.ts';
import { ask } from '../support/service.ts';

/** One `drydock serve` that is killed and started again, always on the same port. */
export class ServeProcess {
  readonly name: string;
  readonly url: string;
  readonly healthUrl: string;
  /** All that its processes ever logged. */
  readonly logFile: string;
  readonly #args: readonly string[];
  readonly #home: string;
  #child: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  starts = 0;

  private constructor(name: string, folder: string, ports: readonly [number, number], args: readonly string[]) {
    this.name = name;
    this.url = `http://127.0.0.1:${ports[0]}`;
    this.healthUrl = `http://127.0.0.1:${ports[1]}`;
    this.logFile = path.join(folder, `${name}.log`);
    this.#home = folder;
    const addresses = ['--listen', `127.0.0.1:${ports[0]}`, '--health-listen', `127.0.0.1:${ports[1]}`];
    this.#args = ['src/cli/main.ts', 'serve', ...addresses, ...args];
  }

  static async create(name: string, folder: string, args: readonly string[]): Promise<ServeProcess> {
    return new ServeProcess(name, folder, [await freePort(), await freePort()], args);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  start(): void {
    this.starts++;
    // As the launcher starts it.
    const child = spawn(process.execPath, ['--max-semi-space-size=2', ...this.#args], {
      cwd: projectRoot,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: this.#home,
        MALLOC_ARENA_MAX: '1',
        MALLOC_TRIM_THRESHOLD_: '131072',
        NODE_COMPILE_CACHE: path.join(projectRoot, 'node_modules/.cache/drydock-test'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (piece: Buffer): void => appendFileSync(this.logFile, piece);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const withUs = (): void => void child.kill('SIGKILL');
    process.once('exit', withUs);
    this.#child = child;
    this.#ended = once(child, 'close').then(() => {
      process.off('exit', withUs);
      if (this.#child === child) this.#child = undefined;
    });
  }

  /** Ends it as a loss of power would. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** Ends it as an operator would. @returns its exit status */
  async stop(patience = 60_000): Promise<number | undefined> {
    const child = this.#child;
    if (child === undefined) return undefined;
    child.kill('SIGTERM');
    if ((await Promise.race([this.#ended, sleep(patience, 'late', { ref: false })])) === 'late') await this.kill();
    return child.exitCode ?? undefined;
  }

  /** @throws Error with the end of its log when it does not become ready */
  async ready(patience = 60_000): Promise<void> {
    const until = Date.now() + patience;
    while (Date.now() < until && this.isRunning) {
      const answer = await ask(`${this.healthUrl}/readyz`).catch(() => undefined);
      if (answer?.status === 200) return;
      await sleep(50);
    }
    throw new Error(`${this.name} is not ready: ${readFileSync(this.logFile, 'utf8').slice(-2000)}`);
  }

  /** Kilobytes of memory that it has, and the most it ever had. */
  memory(): { readonly now: number; readonly most: number } {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    const value = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
    return { now: value('VmRSS'), most: value('VmHWM') };
  }
}
