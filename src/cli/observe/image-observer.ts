import type { ScanContext } from '../../context.ts';
import type { ElsewhereOptions } from '../../image/elsewhere-options.ts';
import type { Observed, Observer } from '../../model/observation.ts';
import type { ImageView } from '../../model/view.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import type { EngineImageDescription } from '../../net/container-engine/images.ts';
import { type ObservedRun, type ObserveOptions, observeImage } from '../../runtime/observe/observe-image.ts';
import type { RunPreset } from '../../runtime/run-profiles/run-profile.ts';
import type { Invocation } from '../command.ts';
import type { RunSettings } from './run-settings.ts';
import type { ObservedImage } from './subject.ts';

/** The observer that runs an image and watches it; one that the engine does not have is given to it meanwhile. */
export function imageObserver(
  { engine, image, reference, platform }: ObservedImage,
  run: RunSettings,
  invocation: Invocation,
): (context: ScanContext, elsewhere: ElsewhereOptions) => Observer {
  return (context, elsewhere) => ({
    observe: async (view) => {
      const observe = async (found: EngineImageDescription): Promise<Observed> =>
        await runImage(view, await optionsOf(view, engine, found, run, invocation, context), run, invocation);
      if (image !== undefined) return await observe(image);
      const { withLoadedImage } = await import('../../runtime/observe/load-image.ts');
      const foreign = { engine, reference, scanned: view.image, elsewhere, context };
      return await withLoadedImage({ ...foreign, ...(platform !== undefined && { platform }) }, observe);
    },
  });
}

async function runImage(
  view: ImageView,
  options: ObserveOptions,
  { profiles }: RunSettings,
  { configuration: { settings } }: Invocation,
): Promise<Observed> {
  const observed = await observeImage(view, options);
  return settings.prove ? await withProofs(observed, options, profiles) : observed;
}

async function optionsOf(
  view: ImageView,
  engine: Engine,
  image: EngineImageDescription,
  { rules, scanners, runProfile }: RunSettings,
  { configuration: { settings }, io }: Invocation,
  context: ScanContext,
): Promise<ObserveOptions> {
  const tracerFolder = settings['tracer-folder'];
  return {
    engine,
    image,
    profile: settings.cage,
    network: settings.network as 'none' | 'sinkhole',
    duration: settings.duration,
    readyTimeout: settings['ready-timeout'],
    acceptWeak: settings['accept-weak-cage'],
    ...(settings.sandbox === 'gvisor' && { runtime: 'runsc' }),
    presets: settings['no-presets'] ? [] : await presetsOf(image, view),
    ...(runProfile && { runProfile }),
    tracer: settings.tracer as 'strace' | 'none',
    ...(tracerFolder !== undefined && { tracerFolder }),
    rules,
    scanners,
    environment: io.environment,
    temporary: context.temporary,
    signal: context.signal,
    log: context.log,
    progress: context.progress,
  };
}

/** Runs it again for what can be proven, and writes profiles where they are wanted. */
async function withProofs(
  observed: ObservedRun,
  options: ObserveOptions,
  folder: string | undefined,
): Promise<Observed> {
  const { proveRun } = await import('../../runtime/observe/prove-run.ts');
  const proofs = await proveRun(observed, options);
  if (proofs === undefined) {
    const message = 'nothing could be proven: the image did not stay up, or nobody watched its calls';
    return { ...observed, problems: [...observed.problems, { code: 'run.not-up', message }] };
  }
  if (folder !== undefined) {
    const { writeProfiles } = await import('./write-profiles.ts');
    const { image, signal, log } = options;
    const files = await writeProfiles(folder, proofs, image.architecture ?? 'amd64', signal);
    log.info({ folder, files }, 'profiles written');
  }
  return { ...observed, observation: { ...observed.observation, proofs: proofs.told } };
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
