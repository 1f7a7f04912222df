import { createHash } from 'node:crypto';
import type { ScanContext } from '../../context.ts';
import { FormatError, LimitError, SourceError } from '../../errors.ts';
import { FileSource } from '../../formats/byte-source.ts';
import { decompressedPieces } from '../../formats/compression/pieces.ts';
import type { ElsewhereOptions } from '../../image/elsewhere-options.ts';
import { openImage } from '../../image/open.ts';
import type { OpenedImage } from '../../image/opened-image.ts';
import { formatImageReference, parseImageReference } from '../../image/reference.ts';
import { splitReference } from '../../image/scheme.ts';
import { Spool } from '../../image/spool.ts';
import { piecesOf, storedBytes } from '../../image/stored-bytes.ts';
import type { ImageInfo } from '../../model/image.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { loadImages } from '../../net/container-engine/image-store.ts';
import { type EngineImageDescription, inspectImage } from '../../net/container-engine/images.ts';
import { type Run, withRun } from '../cage/run.ts';
import { type TarEntry, writeTar } from '../inside/tar-writer.ts';

/** An image that the engine does not have: a file, a folder, or one of a registry. */
export interface ForeignImage {
  readonly engine: Engine;
  /** As `openImage` takes it. */
  readonly reference: string;
  /** What was scanned: nothing else is loaded. */
  readonly scanned: ImageInfo;
  /** `os/arch` of the engine's machine, where it differs from that of this one. */
  readonly platform?: string;
  readonly elsewhere: ElsewhereOptions;
  readonly context: ScanContext;
}

/** Uncompressed bytes of all layers that an engine is given. */
const MOST_BYTES = 16 * 1024 ** 3;

/** How long what is loaded may stay, at most. */
const SECONDS = 6 * 3600;

/**
 * Gives the engine an image for as long as it is used: under a name of its own, with the labels of a run, so that it is
 * removed whatever happens. One that the engine has already, by its digest, is used as it is and stays.
 * @throws SourceError where it is not one image that an engine could run, or not the one that was scanned any more
 * @throws EngineError where the engine does not take it
 */
export async function withLoadedImage<T>(
  foreign: ForeignImage,
  use: (image: EngineImageDescription) => Promise<T>,
): Promise<T> {
  const { engine, scanned, context } = foreign;
  const { signal } = context;
  const there = await imageOf(engine, scanned, signal);
  if (there !== undefined) return await use({ ...there, names: namesOf(foreign, there.names) });
  return await withRun(engine, SECONDS, context, async (run) => {
    const name = await load(run, foreign);
    const image = await inspectImage(engine, name, signal);
    return await use({ ...image, names: namesOf(foreign, []) });
  });
}

/** What the engine has under the very digest of the configuration, with the same layers. */
async function imageOf(
  engine: Engine,
  { id, layers }: ImageInfo,
  signal: AbortSignal,
): Promise<EngineImageDescription | undefined> {
  if (id === undefined) return undefined;
  try {
    const image = await inspectImage(engine, id, signal);
    const isSame =
      image.diffIds.length === layers.length && layers.every(({ diffId }, i) => diffId === image.diffIds[i]);
    return isSame ? image : undefined;
  } catch (error) {
    if (error instanceof EngineError && error.failure === 'absent') return undefined;
    throw error;
  }
}

/** By what it is called where it comes from it is known what it needs; the name that it is loaded under tells nothing. */
function namesOf({ scanned, reference }: ForeignImage, more: readonly string[]): readonly string[] {
  const { scheme, location } = splitReference(reference);
  return [...new Set([...scanned.names, ...(scheme === 'registry' ? [location] : []), ...more])];
}

/** @returns the name that it has at the engine */
async function load(run: Run, foreign: ForeignImage): Promise<string> {
  const { engine, scanned, platform, elsewhere, context } = foreign;
  const { limits, signal, temporary } = context;
  const options = { limits, signal, temporary, elsewhere, ...(platform !== undefined && { platform }) };
  const opened = await openImage(pinned(foreign), options);
  // What goes wrong while an image is read is not the engine's fault: it is kept from being told as one of the connection.
  const reading: { failure?: unknown } = {};
  try {
    const name = `localhost/${run.name('image')}:latest`;
    const image = onlyImage(opened.images, foreign);
    if (image.info.id !== scanned.id) throw changed(foreign);
    await loadImages(engine, keepingFailure(writeTar(archiveOf(image, name, run, foreign)), reading), signal);
    return name;
  } catch (error) {
    signal.throwIfAborted();
    throw reading.failure ?? error;
  } finally {
    opened.close();
  }
}

/** A tag may be moved while the image is scanned; a digest cannot. */
function pinned({ reference, scanned }: ForeignImage): string {
  const { scheme, location } = splitReference(reference);
  if (scheme !== 'registry' || scanned.digest === undefined) return reference;
  return `registry:${formatImageReference({ ...parseImageReference(location), digest: scanned.digest })}`;
}

function changed({ reference }: ForeignImage): SourceError {
  return new SourceError('source.refused', `${reference} changed while it was scanned. Try again.`);
}

function onlyImage(images: readonly OpenedImage[], { reference }: ForeignImage): OpenedImage {
  const [image, ...more] = images;
  if (image === undefined) throw new SourceError('source.not-an-image', `${reference} holds no image that could run`);
  if (more.length > 0) {
    const names = images.flatMap(({ info }) => info.names).slice(0, 10);
    throw new SourceError(
      'source.not-an-image',
      `${reference} holds ${images.length} images (${names.join(', ')}), and one is run at a time. Save it alone.`,
    );
  }
  if (image.info.layers.length === 0) throw new SourceError('source.not-an-image', `${reference} has no layers`);
  return image;
}

async function* keepingFailure<T>(pieces: AsyncIterable<T>, reading: { failure?: unknown }): AsyncGenerator<T> {
  try {
    yield* pieces;
  } catch (error) {
    reading.failure = error;
    throw error;
  }
}

/** The members of an archive as `docker save` writes it (Docker image specification v1.2), one layer at a time on the disk. */
async function* archiveOf(
  { info, layers, problems }: OpenedImage,
  name: string,
  run: Run,
  { context, engine, reference }: ForeignImage,
): AsyncGenerator<TarEntry, void, void> {
  const { limits, signal, temporary, progress } = context;
  const diffIds: string[] = [];
  let room = MOST_BYTES;
  for (const [i, content] of layers.entries()) {
    progress.report(`giving the image to ${engine.kind}`, i, layers.length, 'layers');
    const stored = content && storedBytes(content, signal);
    if (stored === undefined) {
      const why =
        problems.find(({ layer }) => layer === i)?.message ??
        'its files are stored as no archive. A folder of files can be scanned (drydock scan), and not be run';
      throw new SourceError('source.not-an-image', `layer ${i} of ${reference} cannot be given to the engine: ${why}`);
    }
    const spool = new Spool(temporary, Math.min(room, limits.layerBytes));
    try {
      const hash = createHash('sha256');
      for await (const piece of decompressedPieces(stored, { limits, signal })) {
        hash.update(piece);
        spool.write(piece);
      }
      const diffId = `sha256:${hash.digest('hex')}`;
      const claimed = info.layers[i]?.diffId;
      if (claimed !== undefined && claimed !== diffId) {
        throw new SourceError(
          'source.refused',
          `layer ${i} of ${reference} is not the one that its configuration names`,
        );
      }
      diffIds.push(diffId);
      room -= spool.size;
      const bytes = piecesOf(new FileSource(spool.descriptor), signal);
      yield { path: `${i}.tar`, type: 'file', mode: 0o644, content: { size: spool.size, bytes } };
    } catch (error) {
      throw unreadable(error, i, reference);
    } finally {
      spool.close();
    }
  }
  const config = Buffer.from(JSON.stringify(configurationOf(info, diffIds, run)));
  yield { path: 'config.json', type: 'file', mode: 0o644, content: config };
  const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: layers.map((_, i) => `${i}.tar`) }];
  yield { path: 'manifest.json', type: 'file', mode: 0o644, content: Buffer.from(JSON.stringify(manifest)) };
}

function unreadable(error: unknown, layer: number, reference: string): unknown {
  if (!(error instanceof FormatError) && !(error instanceof LimitError)) return error;
  const code = error instanceof LimitError ? 'source.limit' : 'source.unreadable';
  return new SourceError(code, `layer ${layer} of ${reference} cannot be given to the engine: ${error.message}`, {
    cause: error,
  });
}

/** Its own configuration, with the labels by which it is found again: what starts it and with which rights stays. */
function configurationOf(info: ImageInfo, diffIds: readonly string[], run: Run): object {
  const [os = 'linux', architecture, variant] = (info.platform ?? '').split('/').filter((part) => part !== '');
  const own = info.config['Labels'];
  const labels = typeof own === 'object' && own !== null && !Array.isArray(own) ? own : {};
  return {
    os,
    architecture: architecture ?? 'amd64',
    ...(variant !== undefined && { variant }),
    created: info.created ?? '1970-01-01T00:00:00Z',
    config: { ...info.config, Labels: { ...labels, ...run.labels } },
    rootfs: { type: 'layers', diff_ids: diffIds },
  };
}
