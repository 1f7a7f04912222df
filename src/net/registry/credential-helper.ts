import { spawn } from 'node:child_process';
import { childEnvironment } from '../child-environment.ts';
import type { Credentials } from './credentials.ts';
import { Secret } from './secret.ts';

/** A helper may ask its user for a password, or a cloud for a token. */
const HELPER_MS = 30_000;
const HELPER_BYTES = 64 * 1024;

/** What a helper is told of Docker Hub. */
const HUB = 'https://index.docker.io/v1/';

export interface HelperOptions {
  /** The environment it runs in: helpers of clouds are configured there. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds it may take. */
  readonly timeoutMs?: number;
}

/** What a helper said: credentials, that it has none, or a failure in words that repeat nothing it wrote. */
export type HelperAnswer =
  | { readonly credentials: Credentials | undefined }
  | { readonly credentials?: never; readonly failure: string };

/**
 * Runs `docker-credential-NAME get` (protocol of docker-credential-helpers: the registry on standard input, JSON on
 * standard output). No shell, bounded time and output; what it writes is shown to nobody.
 */
export async function askHelper(name: string, registry: string, options: HelperOptions): Promise<HelperAnswer> {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name)) return { failure: 'its name is not that of a program' };
  const program = `docker-credential-${name}`;
  const run = await runHelper(program, registry === 'docker.io' ? HUB : registry, options);
  if (run.failure !== undefined) return { failure: run.failure };
  if (run.status !== 0) {
    if (/credentials not found/i.test(run.output)) return { credentials: undefined };
    return { failure: `it ended with status ${run.status}` };
  }
  let answer: { Username?: unknown; Secret?: unknown } | null;
  try {
    answer = JSON.parse(run.output) as typeof answer;
  } catch {
    return { failure: 'it wrote no JSON' };
  }
  const username = answer?.Username;
  const secret = answer?.Secret;
  if (typeof username !== 'string' || typeof secret !== 'string' || secret === '') return { credentials: undefined };
  const from = program;
  if (username === '<token>') return { credentials: { kind: 'identity', secret: new Secret(secret), from } };
  return { credentials: { kind: 'password', username, secret: new Secret(secret), from } };
}

interface HelperRun {
  readonly failure?: string;
  readonly status?: number;
  readonly output: string;
}

async function runHelper(program: string, input: string, options: HelperOptions): Promise<HelperRun> {
  const { environment, timeoutMs = HELPER_MS } = options;
  return await new Promise((resolve) => {
    const child = spawn(program, ['get'], { env: childEnvironment(environment), stdio: ['pipe', 'pipe', 'ignore'] });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let timer: NodeJS.Timeout | undefined;
    const end = (run: Omit<HelperRun, 'output'>): void => {
      clearTimeout(timer);
      // A grandchild may keep the pipe open: nobody waits for it.
      child.stdout.destroy();
      child.kill('SIGKILL');
      resolve({ ...run, output: Buffer.concat(chunks).toString('utf8') });
    };
    timer = setTimeout(() => end({ failure: `it took longer than ${timeoutMs / 1000} seconds` }), timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > HELPER_BYTES) end({ failure: `it wrote more than ${HELPER_BYTES} bytes` });
      else chunks.push(chunk);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      end({ failure: error.code === 'ENOENT' ? 'it is not installed' : `it cannot be run (${error.code})` });
    });
    child.on('close', (status, signal) => {
      if (status === null) end({ failure: `it was ended by ${signal}` });
      else end({ status });
    });
    // A helper that does not read its input is judged by what it says.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
