import { spawn } from 'node:child_process';
import { childEnvironment } from '../net/child-environment.ts';
import { timeLimit } from '../signals.ts';

/** Bytes of what a program writes that are read. */
const MOST_OUTPUT = 64 * 1024 * 1024;
const MOST_ERROR = 4096;

export interface ProgramResult {
  readonly output: Buffer;
  /** The end of what it wrote to standard error. */
  readonly error: string;
  readonly status: number | null;
  /** Not all of it was read. */
  readonly isCut: boolean;
}

/**
 * Runs a program to its end, in a group of its own that ends with the signal.
 * @param command the program and its arguments, with what enters the namespace before them
 * @throws Error of node:child_process where it cannot be started, and the reason of the signal
 */
export async function runProgram(command: readonly string[], signal: AbortSignal): Promise<ProgramResult> {
  signal.throwIfAborted();
  const [program = '', ...given] = command;
  return await new Promise((resolve, reject) => {
    const child = spawn(program, given, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: childEnvironment(process.env),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let error = '';
    let isCut = false;
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    };
    signal.addEventListener('abort', end, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      const piece = chunk.subarray(0, MOST_OUTPUT - size);
      chunks.push(piece);
      size += piece.length;
      if (piece.length === chunk.length) return;
      isCut = true;
      end();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      error = (error + chunk.toString('latin1')).slice(-MOST_ERROR);
    });
    child.once('error', (reason) => {
      signal.removeEventListener('abort', end);
      reject(reason);
    });
    child.once('close', (status) => {
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve({ output: Buffer.concat(chunks), error, status, isCut });
    });
  });
}

/** Milliseconds in which a program has told its version. */
const VERSION_TIME = 10_000;

/** The version that a program tells; undefined where it cannot be run. */
export async function versionOf(command: readonly string[], pattern: RegExp): Promise<string | undefined> {
  try {
    const { output, error } = await runProgram(command, timeLimit(VERSION_TIME));
    const text = `${output.subarray(0, 8192).toString('latin1')}\n${error}`;
    return pattern.exec(text)?.[1] ?? '';
  } catch {
    return undefined;
  }
}
