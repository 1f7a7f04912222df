import path from 'node:path';
import type { ScanContext } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import type { Observed, Observer } from '../../model/observation.ts';
import type { ImageView } from '../../model/view.ts';
import { type ContainerDescription, inspectContainer } from '../../net/container-engine/containers.ts';
import { connectEngine, type Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { type EngineImageDescription, inspectImage } from '../../net/container-engine/images.ts';
import { type ObservedRun, type ObserveOptions, observeImage } from '../../runtime/observe/observe-image.ts';
import type { RunPreset, RunProfile } from '../../runtime/run-profiles/run-profile.ts';
import type { Invocation } from '../command.ts';
import { callRuleTexts } from './call-rule-texts.ts';
import { chooseScanners } from './choose-scanners.ts';

/** An image that an engine has, and how it is scanned: by its id, so that no name can lead elsewhere meanwhile. */
interface ObservedImage {
  readonly engine: Engine;
  readonly image: EngineImageDescription;
  readonly reference: string;
}

/**
 * Finds the image at the engine that the user chose. Nothing is fetched: what runs is what is there.
 * @throws EngineError `absent` where the engine does not have it
 */
async function findImage(word: string, { configuration, io }: Invocation): Promise<ObservedImage> {
  const { settings } = configuration;
  const scheme = /^(docker|podman):(?!\/\/)(.+)$/s.exec(word);
  const kind = (scheme?.[1] ?? settings.engine) as Engine['kind'];
  const name = scheme?.[2] ?? word;
  const engine = await connectEngine(kind, {
    environment: io.environment,
    offline: settings.offline,
    signal: io.signal,
  });
  try {
    const image = await inspectImage(engine, name, io.signal);
    return { engine, image, reference: `${kind}:${image.id}` };
  } catch (error) {
    if (!(error instanceof EngineError) || error.failure !== 'absent') throw error;
    throw new EngineError(
      'absent',
      `${engine.name} does not have ${JSON.stringify(name)}, and only what it has can be run. Pull it, or load its archive (${kind} load -i FILE).`,
      { cause: error },
    );
  }
}

/** The observer that this command line asks for. */
function imageObserver({ engine, image }: ObservedImage, invocation: Invocation): (context: ScanContext) => Observer {
  const { configuration, io } = invocation;
  const { settings } = configuration;
  const rules = callRuleTexts(settings['call-rules'], io.folder);
  const tracerFolder = settings['tracer-folder'];
  const file = settings['run-profile'];
  return (context) => ({
    observe: async (view) => {
      const scanners = await chooseScanners(
        settings['service-scanners'],
        io.folder,
        context.temporary,
        settings['service-command'],
      );
      const runProfile = file === undefined ? undefined : await profileOf(file, io.folder);
      const options: ObserveOptions = {
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
      const observed = await observeImage(view, options);
      return settings.prove ? await withProofs(observed, options, invocation) : observed;
    },
  });
}

/** Runs it again for what can be proven, and writes profiles where they are wanted. */
async function withProofs(
  observed: ObservedRun,
  options: ObserveOptions,
  { configuration, io }: Invocation,
): Promise<Observed> {
  const { proveRun } = await import('../../runtime/observe/prove-run.ts');
  const proofs = await proveRun(observed, options);
  if (proofs === undefined) {
    const message = 'nothing could be proven: the image did not stay up, or nobody watched its calls';
    return { ...observed, problems: [...observed.problems, { code: 'run.not-up', message }] };
  }
  const folder = configuration.settings.profiles;
  if (folder !== undefined) {
    const { writeProfiles } = await import('./write-profiles.ts');
    const files = await writeProfiles(
      path.resolve(io.folder, folder),
      proofs,
      options.image.architecture ?? 'amd64',
      io.signal,
    );
    io.log.info({ folder, files }, 'profiles written');
  }
  return { ...observed, observation: { ...observed.observation, proofs: proofs.told } };
}

async function profileOf(file: string, folder: string): Promise<RunProfile> {
  const { readRunProfile } = await import('../../runtime/run-profiles/read-run-profile.ts');
  return await readRunProfile(path.resolve(folder, file));
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

/** A container that runs, with the image that it was made of. */
interface ObservedContainer extends ObservedImage {
  readonly container: ContainerDescription;
}

/** @throws EngineError `absent` where there is no such container; UsageError where it does not run */
async function findContainer(name: string, { configuration, io }: Invocation): Promise<ObservedContainer> {
  const { settings } = configuration;
  const kind = settings.engine as Engine['kind'];
  const options = { environment: io.environment, offline: settings.offline, signal: io.signal };
  const engine = await connectEngine(kind, options);
  const container = await inspectContainer(engine, name, { signal: io.signal });
  if (!container.running) throw new UsageError('usage.option', `--container: ${JSON.stringify(name)} does not run.`);
  const image = await inspectImage(engine, container.image, io.signal);
  return { engine, image, container, reference: `${kind}:${image.id}` };
}

/** The observer that watches a container without touching it. */
function containerObserver(
  { engine, image, container }: ObservedContainer,
  { configuration, io }: Invocation,
): (context: ScanContext) => Observer {
  const { settings } = configuration;
  const asked = configuration.origins.get('service-scanners') !== 'default';
  return (context) => ({
    observe: async (view) => {
      const { observeContainer } = await import('../../runtime/observe/observe-container.ts');
      const words = asked ? settings['service-scanners'] : ['none'];
      return await observeContainer(view, {
        engine,
        image,
        container,
        duration: settings.duration,
        scanners: await chooseScanners(words, io.folder, context.temporary),
        environment: io.environment,
        signal: context.signal,
        progress: context.progress,
      });
    },
  });
}

/** The observer that this command line asks for. */
export function observerOf(
  subject: ObservedImage | ObservedContainer,
  invocation: Invocation,
): (context: ScanContext) => Observer {
  return 'container' in subject ? containerObserver(subject, invocation) : imageObserver(subject, invocation);
}

/** What the command line names: an image to run, or a container to watch. @throws UsageError for both or neither */
export async function findSubject(invocation: Invocation): Promise<ObservedImage | ObservedContainer> {
  const { words, configuration } = invocation;
  const { container } = configuration.settings;
  const [word] = words;
  if ((word === undefined) === (container === undefined)) {
    throw new UsageError('usage.option', 'either an IMAGE is run, or a container is watched (--container CONTAINER).');
  }
  if (container !== undefined) return await findContainer(container, invocation);
  if (word === '-')
    throw new UsageError('usage.option', 'an image on standard input cannot be run: load it into the engine first.');
  return await findImage(word!, invocation);
}
