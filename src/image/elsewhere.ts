import { SourceError, UsageError } from '../errors.ts';
import type { EngineKind } from '../net/container-engine/addresses.ts';
import type { Engine } from '../net/container-engine/engine.ts';
import { EngineError } from '../net/container-engine/engine-error.ts';
import type { LayerContent } from './content.ts';
import type { ElsewhereOptions } from './elsewhere-options.ts';
import type { OpenedSource, OpenOptions } from './opened-image.ts';

/** Words before the colon of a reference that name a place other than the file system. */
export const elsewhereSchemes = ['docker', 'podman', 'containerd', 'registry'] as const;
export type ElsewhereScheme = (typeof elsewhereSchemes)[number];

/**
 * Opens an image of the place that its scheme names, or else of the first that has it: Docker, Podman, the registry.
 * @param name what `docker pull` would take
 * @param reference what the user asked for
 * @throws SourceError where no place has it, with what each of them said
 */
export async function openElsewhere(
  scheme: ElsewhereScheme | undefined,
  name: string,
  options: OpenOptions,
  elsewhere: ElsewhereOptions,
  reference: string,
): Promise<OpenedSource> {
  if (scheme === 'containerd') {
    const { openContainerdImage } = await import('./containerd.ts');
    return openContainerdImage(name, options, elsewhere.containerd ?? {}, reference);
  }
  if (scheme === 'registry') return await openFromRegistry(name, options, elsewhere, reference);
  if (scheme !== undefined) return await openFromEngine(scheme, name, options, elsewhere, reference);
  const { parseImageReference } = await import('./reference.ts');
  parseImageReference(name);
  const said: string[] = [];
  // An engine keeps one variant of an image; all of them are in the registry.
  for (const kind of options.platform === 'all' ? [] : (['docker', 'podman'] as const)) {
    try {
      return await openFromEngine(kind, name, options, elsewhere, reference);
    } catch (error) {
      if (!mayBeElsewhere(error)) throw error;
      elsewhere.log.info({ engine: kind, reference }, error.message);
      if (tellsMore(error)) said.push(error.message);
    }
  }
  try {
    return await openFromRegistry(name, options, elsewhere, reference);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const places = `${reference} is no file here and in no container engine that was reached; its registry:`;
    throw new SourceError(error.code, [`${places} ${error.message}`, ...said].join('\n'), { cause: error });
  }
}

async function openFromRegistry(
  name: string,
  options: OpenOptions,
  elsewhere: ElsewhereOptions,
  reference: string,
): Promise<OpenedSource> {
  const { openRegistryImage } = await import('./registry.ts');
  return await openRegistryImage(name, { ...options, ...(await withCredentials(elsewhere)) }, reference);
}

/**
 * Opens a layer of a registry by its digest, without its image.
 * @param name of an image that has it
 */
export async function openLayerElsewhere(
  name: string,
  layer: { readonly digest: string; readonly size: number },
  options: Pick<OpenOptions, 'limits'>,
  elsewhere: ElsewhereOptions,
): Promise<LayerContent> {
  const { openRegistryLayer } = await import('./registry.ts');
  return openRegistryLayer(name, layer, { ...options, ...(await withCredentials(elsewhere)) });
}

async function withCredentials(
  elsewhere: ElsewhereOptions,
): Promise<ElsewhereOptions & Required<Pick<ElsewhereOptions, 'credentials'>>> {
  const { userCredentials } = await import('../net/registry/credential-files.ts');
  return { ...elsewhere, credentials: elsewhere.credentials ?? userCredentials(elsewhere) };
}

async function openFromEngine(
  kind: EngineKind,
  name: string,
  options: OpenOptions,
  elsewhere: ElsewhereOptions,
  reference: string,
): Promise<OpenedSource> {
  const { openEngineImage } = await import('./container-engine.ts');
  return await openEngineImage(name, await engineOf(kind, options, elsewhere), options, reference);
}

async function engineOf(
  kind: EngineKind,
  { signal }: OpenOptions,
  { dialer, environment }: ElsewhereOptions,
): Promise<Engine> {
  const { connectEngine } = await import('../net/container-engine/engine.ts');
  return await connectEngine(kind, {
    environment,
    signal,
    offline: dialer.offline,
    onHost: (host) => dialer.contacted(host),
  });
}

/** Errors of one place that leave the others worth asking. */
function mayBeElsewhere(error: unknown): error is SourceError {
  if (error instanceof EngineError) return ['no-engine', 'permission', 'offline', 'absent'].includes(error.failure);
  return error instanceof SourceError && error.code === 'source.platform';
}

/** That no engine is installed is no news to people who have none. */
function tellsMore(error: SourceError): boolean {
  return !(error instanceof EngineError) || error.failure === 'permission' || error.failure === 'offline';
}

/** Whether a word could be the name of an image at all: what looks like a path is none. */
export async function looksLikeImageName(word: string): Promise<boolean> {
  if (/^[./~]|\.(?:tar|tgz|gz|zst|xz|bz2|aci|json)$/i.test(word) || word.includes('\\')) return false;
  const { parseImageReference } = await import('./reference.ts');
  try {
    parseImageReference(word);
    return true;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}
