import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ErrorCode } from '../../src/errors.ts';
import type { Report } from '../../src/model/report.ts';
import { projectRoot } from '../support/run.ts';
import type { ScanOrder } from './scan-case.ts';

/** What a scan took. */
export interface Cost {
  /** By the clock or of the processor, whichever is less; where it was measured alone, as a machine of usual speed takes. */
  readonly milliseconds: number;
  /** Largest resident set of the scanning process, that of Node.js itself included. */
  readonly peakBytes: number;
}

/** How a scan ended, as the other process tells it. */
export interface MeasuredOutcome {
  readonly reports: readonly Report[];
  /** `code` where it is an error that a user may see. */
  readonly error?: { readonly code?: ErrorCode; readonly message: string; readonly stack: string };
  readonly cost: Cost;
}

/** What each hostile image may cost. */
export const allowed: Cost = { milliseconds: 10_000, peakBytes: 300_000_000 };

export function isWithin({ milliseconds, peakBytes }: Cost): boolean {
  return milliseconds <= allowed.milliseconds && peakBytes <= allowed.peakBytes;
}

/** Milliseconds after which a scan is given up: more than `allowed`, since other programs may have the processor. */
const HANG = 120_000;

const entry = fileURLToPath(new URL('./scan-child.ts', import.meta.url));

/** A process that scans and measures itself. */
class ScanProcess {
  readonly #child: ChildProcess;

  /** @param openFiles how many files it may have open at once; absent: as many as this process */
  constructor(openFiles?: number) {
    // As the launcher starts it (docs/decisions/0002-start-up.md).
    const args = ['--max-semi-space-size=2', '--expose-gc', entry];
    const limited = openFiles === undefined ? '' : `ulimit -n ${openFiles}; `;
    this.#child = spawn('/bin/sh', ['-c', `${limited}exec "$0" "$@"`, process.execPath, ...args], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      env: {
        PATH: process.env['PATH'],
        ...{ MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' },
        NODE_COMPILE_CACHE: path.join(projectRoot, 'node_modules/.cache/drydock-test'),
      },
    });
    this.#child.channel?.unref();
    this.#child.unref();
  }

  async scan(order: ScanOrder): Promise<MeasuredOutcome> {
    const child = this.#child;
    child.channel?.ref();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer in ${HANG / 1000} s`)), HANG);
        child.once('message', (outcome) => resolve(outcome as MeasuredOutcome));
        child.once('exit', (status, signal) => reject(new Error(`the scan ended its process (${status ?? signal})`)));
        child.send(order, (error) => error !== null && reject(error));
      });
    } finally {
      clearTimeout(timer);
      child.removeAllListeners();
      child.channel?.unref();
    }
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }
}

let shared: ScanProcess | undefined;

/**
 * Bytes at which the process that is shared ends with the case at hand: its allocators keep what a large case left, up to
 * 140 MB of which nothing is in use, and that would be counted against each case behind it.
 */
const GROWN = 150_000_000;

/**
 * Scans in another process. One process scans all cases, since a start takes longer than most scans; one that seems to
 * cost too much is measured again in a process of its own, whose memory nothing else has grown.
 */
export async function measuredScan(order: ScanOrder, openFiles?: number): Promise<MeasuredOutcome> {
  if (openFiles === undefined) {
    shared ??= new ScanProcess();
    try {
      const outcome = await shared.scan(order);
      if (outcome.cost.peakBytes > GROWN) endScans();
      if (isWithin(outcome.cost)) return outcome;
    } catch (error) {
      endScans();
      throw error;
    }
    // What this case left behind must not be counted against the next one.
    endScans();
  }
  const before = slowness();
  const own = new ScanProcess(openFiles);
  try {
    const outcome = await own.scan(order);
    const factor = (before + slowness()) / 2;
    return { ...outcome, cost: { ...outcome.cost, milliseconds: outcome.cost.milliseconds / factor } };
  } finally {
    own.close();
  }
}

/** Milliseconds that the loop of `slowness` takes on a machine of usual speed. */
const USUAL = 150;

/**
 * How many times slower this machine is at the moment than a usual one: 1 to 3. Machines that are shared change their speed
 * by half from one minute to the next; the limits are about the scan and not about them.
 */
function slowness(): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4; round++) {
    const { user, system } = process.cpuUsage();
    const names = new Map<string, number>();
    for (let index = 0; index < 300_000; index++)
      names.set(`usr/share/doc/package-${index % 977}/file-${index}`, index);
    let sum = 0;
    for (const [name, index] of names) sum += name.length + index;
    const spent = process.cpuUsage({ user, system });
    if (sum > 0) best = Math.min(best, (spent.user + spent.system) / 1000);
  }
  return Math.min(3, Math.max(1, best / USUAL));
}

/** Ends the process that is shared. */
export function endScans(): void {
  shared?.close();
  shared = undefined;
}
