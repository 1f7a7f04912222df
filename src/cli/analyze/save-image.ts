import { SourceError } from '../../errors.ts';
import { looksLikeImageName } from '../../image/elsewhere.ts';
import type { OpenOptions } from '../../image/opened-image.ts';
import { splitReference } from '../../image/scheme.ts';
import type { EngineKind } from '../../net/container-engine/addresses.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { unpackExport } from './export-files.ts';
import { type SavedLayer, SaveError } from './saved-layer.ts';

/**
 * Saves the layers of an image as files below a folder: of a container engine, as the original does with `docker save`,
 * where the word could name an image there; else of an archive, an OCI layout, or (`registry:NAME`) a registry.
 * @returns base first
 * @throws SaveError
 */
export async function saveImage(
  reference: string,
  folder: string,
  options: OpenOptions,
): Promise<readonly SavedLayer[]> {
  try {
    const { scheme, location } = splitReference(reference);
    if (scheme === 'docker' || scheme === 'podman') return await saveFromEngines([scheme], location, folder, options);
    if (scheme === undefined && (isImageId(location) || (await looksLikeImageName(location)))) {
      return await saveFromEngines(['docker', 'podman'], location, folder, options);
    }
    const { writeImageLayers } = await import('./image-files.ts');
    return await writeImageLayers(reference, folder, options);
  } catch (error) {
    options.signal.throwIfAborted();
    const isOwn = error instanceof SourceError || (error as NodeJS.ErrnoException).syscall !== undefined;
    if (isOwn) throw new SaveError('save', (error as Error).message, { cause: error });
    throw error;
  }
}

function isImageId(word: string): boolean {
  return /^(?:sha256:)?[0-9a-f]{64}$/.test(word);
}

async function saveFromEngines(
  kinds: readonly EngineKind[],
  name: string,
  folder: string,
  options: OpenOptions,
): Promise<readonly SavedLayer[]> {
  const failures: EngineError[] = [];
  for (const kind of kinds) {
    try {
      return await saveFromEngine(kind, name, folder, options);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      failures.push(error);
      if (!['no-engine', 'permission', 'offline', 'absent'].includes(error.failure)) break;
    }
  }
  // One that was reached and does not have the image tells more than that others are not there.
  const answered = failures.find(({ words }) => words !== undefined);
  const message = answered
    ? `Error response from daemon: ${answered.words}`
    : failures.map((failure) => failure.message).join('; ');
  throw new SaveError('save', message, { cause: failures[0] });
}

async function saveFromEngine(
  kind: EngineKind,
  name: string,
  folder: string,
  { limits, signal, elsewhere }: OpenOptions,
): Promise<readonly SavedLayer[]> {
  const [{ connectEngine }, { exportImage }] = await Promise.all([
    import('../../net/container-engine/engine.ts'),
    import('../../net/container-engine/images.ts'),
  ]);
  const engine = await connectEngine(kind, { environment: elsewhere?.environment ?? {}, signal });
  const exported = await exportImage(engine, name, signal);
  try {
    return await unpackExport(exported, folder, limits, signal);
  } finally {
    exported.close();
  }
}
