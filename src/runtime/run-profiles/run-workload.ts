import type { Duplex } from 'node:stream';
import { eitherSignal, timeLimit } from '../../signals.ts';
import { pause } from '../pause.ts';
import type { WorkloadStep } from './run-profile.ts';

/** How steps reach the container. */
export interface WorkloadWays {
  /** @returns how the program ended */
  exec(command: readonly string[], user: string | undefined, signal: AbortSignal): Promise<number | undefined>;
  dial(port: number, signal: AbortSignal): Promise<Duplex>;
}

/** What became of a step. */
export interface WorkloadResult {
  readonly step: WorkloadStep;
  /** Whether it succeeded: a program with status 0, a request with an answer below 400 (RFC 9110 section 15). */
  readonly done: boolean;
  /** `status 0`, `HTTP 200`, `ECONNREFUSED`. */
  readonly told: string;
}

/** Bytes of an answer that are read, and how long one may take. */
const ANSWER_BYTES = 1024 * 1024;
const ANSWER_MS = 10_000;
/** How long a program may take: what is wanted of an image that is watched for seconds. */
const PROGRAM_MS = 120_000;

/** What a step told that did not succeed. */
class StepError extends Error {
  override readonly name = 'StepError';
}

/**
 * Does the steps of a workload one after the other. One that fails is told, and the next begins.
 * @throws the reason of the signal
 */
export async function runWorkload(
  steps: readonly WorkloadStep[],
  ways: WorkloadWays,
  signal: AbortSignal,
  { programMs = PROGRAM_MS }: { readonly programMs?: number } = {},
): Promise<readonly WorkloadResult[]> {
  const results: WorkloadResult[] = [];
  for (const step of steps) {
    signal.throwIfAborted();
    try {
      results.push({ step, done: true, told: await doStep(step, ways, programMs, signal) });
    } catch (error) {
      signal.throwIfAborted();
      results.push({ step, done: false, told: reasonOf(error, step.kind === 'exec' ? programMs : ANSWER_MS) });
    }
  }
  return results;
}

function reasonOf(error: unknown, milliseconds: number): string {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return `it took longer than ${milliseconds / 1000} seconds`;
  return typeof code === 'string' ? code : message;
}

async function doStep(step: WorkloadStep, ways: WorkloadWays, programMs: number, signal: AbortSignal): Promise<string> {
  if (step.kind === 'wait') {
    await pause(step.seconds * 1000, signal);
    return `${step.seconds} seconds`;
  }
  if (step.kind === 'exec') {
    const during = eitherSignal([signal, timeLimit(programMs)]);
    const status = await ways.exec(step.command, step.user, during);
    if (status !== 0) throw new StepError(`status ${status ?? 'unknown'}`);
    return 'status 0';
  }
  const request = step.kind === 'http' ? httpRequest(step) : step.send;
  let told = '';
  for (let i = 0; i < step.times; i += 1) {
    signal.throwIfAborted();
    const during = eitherSignal([signal, timeLimit(ANSWER_MS)]);
    const answer = await ask(await ways.dial(step.port, during), request, step.kind === 'tcp', during);
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(answer.subarray(0, 20).toString('latin1'))?.[1];
    told = step.kind === 'http' ? `HTTP ${status}` : `${answer.length} bytes`;
    if (step.kind !== 'http') continue;
    if (status === undefined) throw new StepError('it does not answer as HTTP does');
    if (Number(status) >= 400) throw new StepError(told);
  }
  return told;
}

function httpRequest(step: Extract<WorkloadStep, { kind: 'http' }>): string {
  const headers = { host: 'localhost', connection: 'close', 'user-agent': 'drydock', ...step.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const { body } = step;
  const length = body === undefined ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`;
  return `${step.method} ${step.path} HTTP/1.1\r\n${lines.join('')}${length}\r\n${body ?? ''}`;
}

/** @param brief whoever speaks a protocol of its own may keep the connection: the first piece of an answer is enough */
async function ask(stream: Duplex, request: string, brief: boolean, signal: AbortSignal): Promise<Buffer> {
  const stop = (): void => void stream.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    if (request !== '') stream.write(request);
    for await (const piece of stream) {
      pieces.push(piece as Buffer);
      bytes += (piece as Buffer).length;
      if (brief || bytes > ANSWER_BYTES) break;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
  return Buffer.concat(pieces);
}
