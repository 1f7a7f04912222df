import { UsageError } from '../../errors.ts';
import { looksLikeImageName } from '../../image/elsewhere.ts';
import { ownPlatform } from '../../image/platform.ts';
import { isFile, splitReference } from '../../image/scheme.ts';
import { type ContainerDescription, inspectContainer } from '../../net/container-engine/containers.ts';
import { connectEngine, type Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { engineInfo } from '../../net/container-engine/engine-info.ts';
import { type EngineImageDescription, inspectImage } from '../../net/container-engine/images.ts';
import type { Invocation } from '../command.ts';

/** An image that is run, and how it is scanned. */
export interface ObservedImage {
  readonly engine: Engine;
  /** What the engine has; absent: it is given to it for as long as it is observed. */
  readonly image?: EngineImageDescription;
  /** By its id where the engine has it, so that no name can lead elsewhere meanwhile. */
  readonly reference: string;
  /** What the report calls it: as it was typed. */
  readonly title: string;
  /** The variant that is scanned and run, where it is not the one of this machine. */
  readonly platform?: string;
}

/** A container that runs, with the image that it was made of. */
export interface ObservedContainer extends ObservedImage {
  readonly image: EngineImageDescription;
  readonly container: ContainerDescription;
}

/**
 * Finds the image: a file or folder as `drydock scan` takes it, one of the engine that the user chose, or else of its
 * registry.
 * @throws EngineError `absent` where nothing can be had of that name
 */
async function findImage(word: string, invocation: Invocation): Promise<ObservedImage> {
  const { scheme, location } = splitReference(word);
  const { settings } = invocation.configuration;
  const isOfEngine = scheme === 'docker' || scheme === 'podman';
  const engine = await engineOf(isOfEngine ? scheme : (settings.engine as Engine['kind']), invocation);
  if (scheme === 'registry' || scheme === 'containerd' || isFile(word))
    return await foreignImage(engine, word, word, invocation);
  const name = isOfEngine ? location : word;
  try {
    const image = await inspectImage(engine, name, invocation.io.signal);
    return { engine, image, reference: `${engine.kind}:${image.id}`, title: word };
  } catch (error) {
    if (!(error instanceof EngineError) || error.failure !== 'absent') throw error;
    const isName = await looksLikeImageName(name);
    if (isName && !isOfEngine && !settings.offline) {
      return await foreignImage(engine, `registry:${name}`, word, invocation);
    }
    const what = JSON.stringify(name);
    const next = !isName
      ? 'It is no file or folder here either.'
      : isOfEngine
        ? `Pull it, or give it without "${scheme}:": it is fetched from its registry then.`
        : 'With --offline it is not fetched from its registry; give an archive of it, or pull it.';
    throw new EngineError('absent', `${engine.name} does not have ${what}. ${next}`, { cause: error });
  }
}

/** One that the engine is given: in the variant of its machine. */
async function foreignImage(
  engine: Engine,
  reference: string,
  title: string,
  { io }: Invocation,
): Promise<ObservedImage> {
  const { os, architecture } = await engineInfo(engine, io.signal);
  const platform = `${os}/${architecture}`;
  return { engine, reference, title, ...(platform !== ownPlatform() && { platform }) };
}

async function engineOf(kind: Engine['kind'], { configuration, io }: Invocation): Promise<Engine> {
  const { offline } = configuration.settings;
  return await connectEngine(kind, { environment: io.environment, offline, signal: io.signal });
}

/** @throws EngineError `absent` where there is no such container; UsageError where it does not run */
async function findContainer(name: string, invocation: Invocation): Promise<ObservedContainer> {
  const { signal } = invocation.io;
  const engine = await engineOf(invocation.configuration.settings.engine as Engine['kind'], invocation);
  const container = await inspectContainer(engine, name, { signal });
  if (!container.running) throw new UsageError('usage.option', `--container: ${JSON.stringify(name)} does not run.`);
  const image = await inspectImage(engine, container.image, signal);
  const title = image.names[0] ?? `${engine.kind}:${image.id}`;
  return { engine, image, container, reference: `${engine.kind}:${image.id}`, title };
}

/** What the command line names: an image to run, or a container to watch. @throws UsageError for both or neither */
export async function findSubject(invocation: Invocation): Promise<ObservedImage | ObservedContainer> {
  const { words, configuration } = invocation;
  const { container } = configuration.settings;
  const [word] = words;
  if ((word === undefined) === (container === undefined)) {
    throw new UsageError(
      'usage.option',
      word === undefined
        ? 'what is to be observed? Give an IMAGE to run, or --container CONTAINER to watch one that runs.'
        : `${JSON.stringify(word)} cannot be run while ${JSON.stringify(container)} is watched (--container): give one of them.`,
    );
  }
  if (container !== undefined) return await findContainer(container, invocation);
  if (splitReference(word!).location === '-') {
    throw new UsageError(
      'usage.option',
      'an image on standard input cannot be run, since it is read twice: save it to a file first.',
    );
  }
  return await findImage(word!, invocation);
}
