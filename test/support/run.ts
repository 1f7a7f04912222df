import { spawn } from 'node:child_process';
import path from 'node:path';
import { drydockEntry, projectRoot } from './program.ts';

export { projectRoot } from './program.ts';

/** A home that nobody can make, not even root: a test that writes there fails instead of leaving something behind. */
const noHome = '/dev/null/home';

/** How a child ended. */
export interface RunResult {
  /** Exit status; undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Current folder of the child; the checkout where absent. */
  readonly folder?: string;
  /** Added to a bare environment, in which no setting of the machine has a say. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** User to run as, where the test runs as root. */
  readonly user?: number;
  /** Milliseconds, after which it is killed. */
  readonly timeout?: number;
  /** Called with every piece of its standard error: to send signals at the right moment. */
  readonly onOutput?: (send: (signal: NodeJS.Signals) => void, stderr: string) => void;
  /** Called when it runs: for signals at a moment that something else tells. */
  readonly onStart?: (send: (signal: NodeJS.Signals) => void) => void;
  /** It leads a process group, and signals go to all of that, as those of a terminal do. */
  readonly ownGroup?: boolean;
  /** It tells how far it is, which it does of what takes seconds: for `runDrydock`, where else it does not. */
  readonly progress?: boolean;
  /** Leaves its standard input open and silent. */
  readonly keepInputOpen?: boolean;
}

/** Runs a program and waits for its end. Never throws because of how it ends. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const child = spawn(program, args, {
    cwd: options.folder ?? projectRoot,
    env: { PATH: process.env['PATH'] ?? '', HOME: noHome, LC_ALL: 'C.UTF-8', ...options.environment },
    ...(options.user === undefined ? {} : { uid: options.user, gid: options.user }),
    timeout: options.timeout ?? 150_000,
    killSignal: 'SIGKILL',
    detached: options.ownGroup === true,
  });
  const send = (signal: NodeJS.Signals): void => {
    if (options.ownGroup !== true) child.kill(signal);
    // Nobody may have waited for it yet, and then its number is still its own.
    else if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      process.kill(-child.pid, signal);
    }
  };
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr.push(chunk);
    options.onOutput?.(send, Buffer.concat(stderr).toString('utf8'));
  });
  // A child that does not read its input is none of our business.
  child.stdin.on('error', () => {});
  if (options.keepInputOpen !== true) child.stdin.end(options.input);
  options.onStart?.(send);
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      resolve({
        status: status ?? undefined,
        signal: signal ?? undefined,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      });
    });
  });
}

/** Runs the command line, as `drydock ARGS` would. */
export async function runDrydock(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return await runProgram(process.execPath, [drydockEntry(), ...args], {
    ...options,
    // It need not be compiled anew for every child.
    environment: {
      NODE_COMPILE_CACHE: path.join(projectRoot, 'node_modules/.cache/drydock-test'),
      // What is written must not depend on how long a machine takes.
      ...(options.progress !== true && { DRYDOCK_NO_PROGRESS: 'true' }),
      ...options.environment,
    },
  });
}
