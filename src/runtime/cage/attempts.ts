import { DrydockError } from '../../errors.ts';
import type { CageProfile, RunAttempt } from '../../model/observation.ts';
import type { RunListener } from '../../model/run-event.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { type EngineInfo, engineInfo } from '../../net/container-engine/engine-info.ts';
import type { EngineImageDescription } from '../../net/container-engine/images.ts';
import type { RunPreset, RunProfile } from '../run-profiles/run-profile.ts';
import { type ContainerStart, containerStart, hasProgram, type StartChanges } from './container-start.ts';
import { type ImageWishes, type InstrumentedStart, imageCage, type Rung } from './image-cage.ts';
import { type Cage, openCage } from './open-cage.ts';
import type { Readiness } from './readiness.ts';
import { type WaitOptions, waitForImage } from './wait-for-image.ts';

/** How an image is tried. */
export interface AttemptOptions extends ImageWishes, WaitOptions {
  /** The first that is tried. A run that began under `default` goes on to `compatible` where that may help. */
  readonly profile: CageProfile;
  /** What fits the image, of what is known of well-known ones. */
  readonly presets?: readonly RunPreset[];
  /** Puts a tracer before the program of the image. Once a try. */
  readonly instrument?: (start: ContainerStart) => Promise<InstrumentedStart>;
  /** Asked where a try ended early: whether its tracer had begun. Where it had not, the same is tried without it. */
  readonly hasTraced?: (cage: Cage) => Promise<boolean>;
  /** Told of each try when it begins and when it is decided. */
  readonly events?: RunListener;
}

/** The tries, and the last cage, which is still there for as long as it is looked at. */
export interface Attempts {
  readonly attempts: readonly RunAttempt[];
  /** Absent where none could be made. Its image may have ended. Whoever gets it closes it. */
  readonly cage?: Cage;
  readonly readiness?: Readiness;
  /** What it was started with, without what a tracer puts before it. */
  readonly start?: ContainerStart;
  /** What was assumed of it. */
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
    // Twice: a tracer does without a processor of its own first, and then the image without the tracer.
    for (let more = 2; more > 0 && tried.attempt.outcome === 'exited' && tried.cage !== undefined; more--) {
      if (options.hasTraced === undefined || (await options.hasTraced(tried.cage))) break;
      await tried.cage.close();
      tried = await attempt(engine, options, rung, info);
    }
    attempts.push(tried.attempt);
    options.events?.({ kind: 'tried', number, attempt: tried.attempt });
    const { cage, readiness, start } = tried;
    const { preset } = rung;
    last = {
      ...(cage && { cage }),
      ...(readiness && { readiness }),
      ...(start && { start }),
      ...(preset && { preset }),
    };
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
    const instrumented = (await options.instrument?.(start)) ?? { start };
    cage = await openCage(engine, { ...imageCage(options, rung, instrumented), info });
    await cage.start();
    const readiness = await waitForImage(engine, cage, options);
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
