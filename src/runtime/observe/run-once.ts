import { DrydockError } from '../../errors.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { eitherSignal } from '../../signals.ts';
import { endOf } from '../cage/end-cage.ts';
import { type Cage, type CageOptions, openCage } from '../cage/open-cage.ts';
import type { Run } from '../cage/run.ts';
import { waitForImage } from '../cage/wait-for-image.ts';
import { pause } from '../pause.ts';
import { missingPorts, type RunSight, type StepSight } from '../products/as-good.ts';
import type { RunProfile } from '../run-profiles/run-profile.ts';
import type { WorkloadResult } from '../run-profiles/run-workload.ts';
import { Insides } from './insides.ts';
import { workloadResults } from './workload.ts';

export interface OnceOptions {
  readonly cage: CageOptions & { readonly run: Run };
  /** Says when it is ready, and what is done with it then. */
  readonly runProfile?: RunProfile;
  /** Milliseconds until it has to be ready. */
  readonly readyTimeout: number;
  /** Milliseconds that it is kept once it is ready. */
  readonly hold: number;
  /** Ports that are waited for a little longer: a machine may be busy. */
  readonly ports?: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Words that start a relay in the cage itself, where it is made so. */
  readonly injected?: readonly string[];
  readonly signal: AbortSignal;
  /** Before it is removed, whether it lives or not. */
  readonly last?: (cage: Cage) => Promise<void>;
}

/** Milliseconds for ports that are late, and between two looks at them. */
const LATE_MS = 3000;
const LOOK_MS = 200;

/**
 * Brings an image up once, in exactly this cage, does the workload, keeps it for a time and removes it again.
 * @throws EngineError where the engine itself is gone; the reason of the signal
 */
export async function runOnce(options: OnceOptions): Promise<RunSight> {
  const { signal, environment, injected, readyTimeout, runProfile } = options;
  const { run } = options.cage;
  const insides = new Insides(run, environment, signal, injected);
  let cage: Cage | undefined;
  try {
    cage = await openCage(run.engine, options.cage);
    await cage.start();
    const ready = await waitForImage(run.engine, cage, {
      ...(runProfile && { runProfile }),
      readiness: { timeoutMs: readyTimeout },
      sockets: (held, during) => insides.listening(held, during),
      signal,
    });
    const { outcome, reason } = ready;
    const sight = outcome === 'exited' ? { outcome, reason, workload: [] } : await hold(cage, insides, ready, options);
    await options.last?.(cage);
    return sight;
  } catch (error) {
    signal.throwIfAborted();
    const isRefusal =
      (error instanceof EngineError && error.failure === 'refused') ||
      (error instanceof DrydockError && error.code === 'observe.failed');
    if (!isRefusal) throw error;
    return { outcome: 'failed', reason: error.message, workload: [] };
  } finally {
    await insides.close();
    await cage?.close();
  }
}

async function hold(
  cage: Cage,
  insides: Insides,
  { outcome, reason }: Pick<RunSight, 'outcome' | 'reason'>,
  options: OnceOptions,
): Promise<RunSight> {
  const { signal, runProfile, ports: wanted = [] } = options;
  const ended = endOf(cage);
  const until = eitherSignal([signal, ended]);
  const quiet = pause(options.hold, until);
  const inside = await insides.of(cage);
  const results = await workloadResults(runProfile?.workload ?? [], cage, inside, signal);
  await quiet;
  let ports = await portsIn(cage, insides, signal);
  for (
    let late = 0;
    late < LATE_MS && !until.aborted && missingPorts({ ...(ports && { ports }) }, wanted).length > 0;
  ) {
    await pause(LOOK_MS, until);
    late += LOOK_MS;
    ports = await portsIn(cage, insides, signal);
  }
  signal.throwIfAborted();
  const lives = !ended.aborted && (await cage.describe(signal)).running;
  return {
    outcome,
    reason,
    ...(ports && { ports }),
    workload: results.map(stepSight),
    ...(!lives && { ended: (await endWords(cage)) ?? 'it ended' }),
  };
}

/** `8080/tcp`, each once; undefined where nobody can tell. */
async function portsIn(cage: Cage, insides: Insides, signal: AbortSignal): Promise<readonly string[] | undefined> {
  try {
    const inside = await insides.of(cage);
    if (inside === undefined || inside.way === 'none') return undefined;
    const { sockets } = await inside.sockets(signal);
    return [...new Set(sockets.map(({ port, protocol }) => `${port}/${protocol}`))].sort();
  } catch {
    // It has ended meanwhile, or was never looked into.
    signal.throwIfAborted();
    return undefined;
  }
}

/** Of the bytes of an answer, dates and the like make other numbers each time. */
function stepSight({ step, done, told }: WorkloadResult): StepSight {
  return { done, told: !done || step.kind === 'exec' || told.startsWith('HTTP ') ? told : 'done' };
}

async function endWords(cage: Cage): Promise<string | undefined> {
  return await Promise.race([cage.ended.then(({ reason }) => reason), pause(1000).then(() => undefined)]);
}
