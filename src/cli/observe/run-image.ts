import type { ScanContext } from '../../context.ts';
import type { CageProfile, Observed } from '../../model/observation.ts';
import type { Problem } from '../../model/problem.ts';
import type { RunListener } from '../../model/run-event.ts';
import type { ImageView } from '../../model/view.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import type { EngineImageDescription } from '../../net/container-engine/images.ts';
import { type ObservedRun, type ObserveOptions, observeImage } from '../../runtime/observe/observe-image.ts';
import type { RunPreset } from '../../runtime/run-profiles/run-profile.ts';
import type { RunSettings } from './run-settings.ts';

/** How an image is run, whoever wants it. Times are milliseconds. */
export interface RunChoices extends RunSettings {
  readonly cage: CageProfile;
  readonly network: 'none' | 'sinkhole';
  readonly duration: number;
  readonly readyTimeout: number;
  readonly acceptWeakCage: boolean;
  /** On a kernel of its own. */
  readonly gvisor: boolean;
  readonly presets: boolean;
  readonly tracer: ObserveOptions['tracer'];
  readonly tracerFolder?: string;
  readonly prove: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly events?: RunListener;
}

/**
 * Runs an image in a cage and watches it; again for what can be proven, where that is wanted.
 * @throws UsageError `observe.weak-cage`; EngineError; the reason of the signal
 */
export async function runImage(
  view: ImageView,
  { engine, image }: { readonly engine: Engine; readonly image: EngineImageDescription },
  choices: RunChoices,
  { temporary, signal, log, progress }: ScanContext,
): Promise<Observed> {
  const { runProfile, tracerFolder, events, rules, scanners, environment } = choices;
  const runtime = choices.gvisor ? 'runsc' : await gvisorByDefault(engine, signal);
  const options: ObserveOptions = {
    ...{ engine, image, rules, scanners, environment, temporary, signal, log, progress },
    profile: choices.cage,
    network: choices.network,
    duration: choices.duration,
    readyTimeout: choices.readyTimeout,
    acceptWeak: choices.acceptWeakCage,
    ...(runtime !== undefined && { runtime }),
    presets: choices.presets ? await presetsOf(image, view) : [],
    ...(runProfile && { runProfile }),
    tracer: choices.tracer,
    ...(tracerFolder !== undefined && { tracerFolder }),
    ...(events && { events }),
  };
  const observed = await observeImage(view, options);
  return choices.prove ? await withProofs(observed, options, choices.profiles) : observed;
}

/** An engine may run everything in gVisor: that has to be known, and nothing else is changed. */
async function gvisorByDefault(engine: Engine, signal: AbortSignal): Promise<string | undefined> {
  const { engineInfo } = await import('../../net/container-engine/engine-info.ts');
  const { isGvisor } = await import('../../runtime/gvisor.ts');
  const { defaultRuntime } = await engineInfo(engine, signal);
  return isGvisor(defaultRuntime) ? defaultRuntime : undefined;
}

/** Runs it again for what can be proven, and writes profiles where they are wanted. */
async function withProofs(
  observed: ObservedRun,
  options: ObserveOptions,
  folder: string | undefined,
): Promise<Observed> {
  const { proveRun } = await import('../../runtime/observe/prove-run.ts');
  const { EngineError } = await import('../../net/container-engine/engine-error.ts');
  const proofs = await proveRun(observed, options).catch((error: unknown) => {
    options.signal.throwIfAborted();
    // What was observed is worth a report nevertheless.
    if (error instanceof EngineError) return { refusal: error.message };
    throw error;
  });
  const unproven = (message: string): Problem => ({ code: 'run.unproven', message });
  if ('refusal' in proofs) {
    const problem = unproven(`nothing could be proven: ${proofs.refusal}`);
    return { ...observed, problems: [...observed.problems, problem] };
  }
  const problems = [...observed.problems, ...proofs.problems];
  const { proven, reason } = proofs.seccomp;
  if (!proven) problems.push(unproven(`no seccomp profile is proven: ${reason}`));
  if (folder !== undefined) {
    const { writeProfiles } = await import('./write-profiles.ts');
    const { image, signal, log } = options;
    const files = await writeProfiles(folder, proofs, image.architecture ?? 'amd64', signal);
    log.info({ folder, files }, 'profiles written');
  }
  return { ...observed, problems, observation: { ...observed.observation, proofs: proofs.told } };
}

/** What is known of images like this one, by what it says of itself. */
async function presetsOf({ names, config }: EngineImageDescription, view: ImageView): Promise<readonly RunPreset[]> {
  const { findPresets } = await import('../../runtime/run-profiles/find-presets.ts');
  return findPresets({
    names,
    labels: textsByName(config['Labels']),
    entrypoint: texts(config['Entrypoint']),
    command: texts(config['Cmd']),
    packages: view.packages.map(({ name }) => name),
  });
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function textsByName(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
