import { DrydockError } from '../../errors.ts';
import type { CageProfile, RunAttempt } from '../../model/observation.ts';
import type { RunListener } from '../../model/run-event.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { type EngineInfo, engineInfo } from '../../net/container-engine/engine-info.ts';
import type { EngineImageDescription } from '../../net/container-engine/images.ts';
import { writeTar } from '../inside/tar-writer.ts';
import { filesAsTar } from '../run-profiles/file-tar.ts';
import type { RunPreset, RunProfile } from '../run-profiles/run-profile.ts';
import type { CageLimits } from './cage-limits.ts';
import { type ContainerStart, containerStart, hasProgram, type StartChanges } from './container-start.ts';
import { waitForText } from './log-line.ts';
import { type Cage, type CageOptions, type CageTools, openCage } from './open-cage.ts';
import { type Readiness, type ReadinessLimits, waitUntilReady } from './readiness.ts';
import type { Run } from './run.ts';

/** How an image is tried. */
export interface AttemptOptions {
  readonly image: EngineImageDescription;
  readonly run: Run;
  /** The first that is tried. A run that began under `default` goes on to `compatible` where that may help. */
  readonly profile: CageProfile;
  readonly limits?: Partial<CageLimits>;
  readonly network?: CageOptions['network'];
  readonly acceptWeak?: boolean;
  readonly runtime?: string;
  readonly platform?: string;
  /** What fits the image, of what is known of well-known ones. */
  readonly presets?: readonly RunPreset[];
  /** The user's own: part of every try. */
  readonly runProfile?: RunProfile;
  readonly readiness?: Partial<ReadinessLimits>;
  /** What listens in a cage, one text each; undefined where nobody can tell. */
  sockets(cage: Cage, signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** Puts a tracer before the program of the image. Once a try. */
  readonly instrument?: (start: ContainerStart) => Promise<InstrumentedStart>;
  /** Asked where a try ended early: whether its tracer had begun. Where it had not, the same is tried without it. */
  readonly hasTraced?: (cage: Cage) => Promise<boolean>;
  /** Told of each try when it begins and when it is decided. */
  readonly events?: RunListener;
  readonly signal?: AbortSignal;
}

export interface InstrumentedStart {
  readonly start: ContainerStart;
  readonly tools?: CageTools;
}

/** The tries, and the last cage, which is still there for as long as it is looked at. */
export interface Attempts {
  readonly attempts: readonly RunAttempt[];
  /** Absent where none could be made. Its image may have ended. Whoever gets it closes it. */
  readonly cage?: Cage;
  readonly readiness?: Readiness;
  /** What it was started with, without what a tracer puts before it. */
  readonly start?: ContainerStart;
}

/** One try: what it changes, beyond the profile of the user. */
interface Rung {
  readonly profile: CageProfile;
  readonly preset?: RunPreset;
}

/**
 * Brings an image up: as it is, then with the capabilities that engines grant, then with what is assumed of well-known
 * images. A try that ends with an error leads to the next; what runs, or ended without one, is taken.
 * @throws UsageError `observe.weak-cage`; the reason of the signal
 */
export async function tryToRun(engine: Engine, options: AttemptOptions): Promise<Attempts> {
  const { signal } = options;
  const info = await engineInfo(engine, signal);
  const attempts: RunAttempt[] = [];
  let last: Omit<Attempts, 'attempts'> = {};
  for (const rung of rungs(options)) {
    await last.cage?.close();
    const number = attempts.length + 1;
    options.events?.({ kind: 'attempt', number, changes: wordsFor(options, rung) });
    let tried = await attempt(engine, options, rung, info);
    if (tried.attempt.outcome === 'exited' && tried.cage !== undefined && options.hasTraced !== undefined) {
      if (!(await options.hasTraced(tried.cage))) {
        await tried.cage.close();
        tried = await attempt(engine, options, rung, info);
      }
    }
    attempts.push(tried.attempt);
    options.events?.({ kind: 'tried', number, attempt: tried.attempt });
    const { cage, readiness, start } = tried;
    last = { ...(cage && { cage }), ...(readiness && { readiness }), ...(start && { start }) };
    if (tried.settled) break;
  }
  return { attempts, ...last };
}

function rungs({ profile, presets = [] }: AttemptOptions): readonly Rung[] {
  // Who says strict wants strict.
  const profiles: readonly CageProfile[] = profile === 'default' ? ['default', 'compatible'] : [profile];
  return [undefined, ...presets].flatMap((preset) =>
    profiles.map((one) => ({ profile: one, ...(preset && { preset }) })),
  );
}

interface Tried {
  readonly attempt: RunAttempt;
  readonly cage?: Cage;
  readonly readiness?: Readiness;
  readonly start?: ContainerStart;
  /** No other try would help. */
  readonly settled: boolean;
}

async function attempt(engine: Engine, options: AttemptOptions, rung: Rung, info: EngineInfo): Promise<Tried> {
  const { image, runProfile, signal } = options;
  const changes = wordsFor(options, rung);
  const began = performance.now();
  const failed = (reason: string, settled: boolean): Tried => ({
    attempt: { outcome: 'failed', changes, milliseconds: Math.round(performance.now() - began), reason, log: [] },
    settled,
  });
  const start = containerStart(image.config, startChanges(rung.preset, runProfile));
  if (!hasProgram(start)) {
    return failed('the image names no program to start (neither ENTRYPOINT nor CMD): a run profile can', true);
  }
  let cage: Cage | undefined;
  try {
    cage = await openCage(engine, await cageOptions(options, rung, start, info));
    await cage.start();
    const readiness = await readyOf(engine, cage, options);
    const log = await cage.log(signal);
    const { outcome, milliseconds, reason, end } = readiness;
    const { exitCode, killedBy } = end ?? {};
    const told: RunAttempt = {
      outcome,
      changes,
      milliseconds: Math.round(milliseconds),
      reason: outcome === 'exited' ? withPlatform(reason, image, info) : reason,
      log,
      ...(exitCode !== undefined && { exitCode }),
      ...(killedBy !== undefined && { killedBy }),
    };
    // What took more than it may would take it again.
    const greedy = killedBy !== undefined && killedBy !== 'signal';
    const settled = outcome !== 'exited' || exitCode === 0 || greedy || end?.lost === true;
    return { attempt: told, cage, readiness, start, settled };
  } catch (error) {
    await cage?.close();
    signal?.throwIfAborted();
    if (error instanceof EngineError) return failed(error.message, true);
    if (!(error instanceof DrydockError) || error.code !== 'observe.failed') throw error;
    return failed(withPlatform(error.message, image, info), false);
  }
}

function startChanges(preset: RunPreset | undefined, profile: RunProfile | undefined): readonly StartChanges[] {
  return [...(preset ? [preset] : []), ...(profile ? [profile] : [])];
}

async function cageOptions(
  options: AttemptOptions,
  { profile, preset }: Rung,
  plain: ContainerStart,
  info: EngineInfo,
): Promise<CageOptions> {
  const { image, run, network, acceptWeak, runtime, platform, runProfile, signal } = options;
  const { start, tools } = (await options.instrument?.(plain)) ?? { start: plain };
  const limits = withMemory(options.limits, preset);
  return {
    image: image.id,
    profile,
    start,
    run,
    info,
    ...(limits && { limits }),
    ...(network && { network }),
    ...(tools && { tools }),
    ...(runProfile && runProfile.files.length > 0 && { files: writeTar(filesAsTar(runProfile.files)) }),
    ...(acceptWeak !== undefined && { acceptWeak }),
    ...(runtime !== undefined && { runtime }),
    ...(platform !== undefined && { platform }),
    ...(signal && { signal }),
  };
}

/** A preset may ask for more than is usual; what the user says holds. */
function withMemory(
  limits: Partial<CageLimits> | undefined,
  preset: RunPreset | undefined,
): Partial<CageLimits> | undefined {
  if (preset?.memoryBytes === undefined || limits?.memoryBytes !== undefined) return limits;
  return { ...limits, memoryBytes: preset.memoryBytes };
}

async function readyOf(engine: Engine, cage: Cage, options: AttemptOptions): Promise<Readiness> {
  const { signal, runProfile, readiness } = options;
  const { log: text, ...when } = runProfile?.ready ?? {};
  const done = new AbortController();
  const during = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal]);
  const line =
    text === undefined ? undefined : waitForText(engine, cage.container, text, { tty: false, signal: during });
  // Whoever waits is told; nobody may be waiting any more.
  line?.catch(() => {});
  try {
    return await waitUntilReady(
      {
        sockets: (inTime) => options.sockets(cage, inTime),
        describe: (inTime) => cage.describe(inTime),
        ended: cage.ended,
        ...(line && { line }),
      },
      { ...readiness, ...(Object.keys(when).length > 0 && { when }), ...(signal && { signal }) },
    );
  } finally {
    done.abort();
  }
}

/** What is different from the image's own configuration, in words. Values may be secrets, and are not repeated. */
function wordsFor({ profile: first, runProfile }: AttemptOptions, { profile, preset }: Rung): readonly string[] {
  const words: string[] = [];
  if (profile !== first) words.push(`it has the capabilities that engines grant by themselves (profile ${profile})`);
  if (preset !== undefined) words.push(`${preset.assumption} (an assumption: preset ${preset.name})`);
  if (runProfile !== undefined) words.push(`what ${runProfile.file} says`);
  return words;
}

function withPlatform(reason: string, { architecture }: EngineImageDescription, info: EngineInfo): string {
  if (architecture === undefined || architecture === info.architecture) return reason;
  return `${reason}; the image is for ${architecture}, and the engine runs on ${info.architecture}`;
}
