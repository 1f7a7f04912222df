import { UsageError } from '../../errors.ts';
import { type ContainerDescription, inspectContainer } from '../../net/container-engine/containers.ts';
import { connectEngine, type Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { type EngineImageDescription, inspectImage } from '../../net/container-engine/images.ts';
import type { Invocation } from '../command.ts';

/** An image that an engine has, and how it is scanned: by its id, so that no name can lead elsewhere meanwhile. */
export interface ObservedImage {
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

/** A container that runs, with the image that it was made of. */
export interface ObservedContainer extends ObservedImage {
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
