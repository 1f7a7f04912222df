import { closeSync, openSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { FormatError, LimitError, SourceError } from '../errors.ts';
import { FileSource, readBytes } from '../formats/byte-source.ts';
import { decompress } from '../formats/compression/decompress.ts';
import { detectCompression, MAGIC_BYTES } from '../formats/compression/detect.ts';
import { isTar } from '../formats/tar/detect.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { Problem } from '../model/problem.ts';
import { isAci, openAci } from './aci.ts';
import { ArchiveStore } from './archive-store.ts';
import type { LayerContent } from './content.ts';
import { isDockerArchive, openDockerArchive } from './docker-archive.ts';
import { type ElsewhereScheme, elsewhereSchemes, looksLikeImageName, openElsewhere } from './elsewhere.ts';
import { FolderLayer } from './folder-layer.ts';
import { FolderStore } from './folder-store.ts';
import { describedImages, isOciLayout, openOciLayout } from './oci-layout.ts';
import type { OpenedImage, OpenedSource, OpenOptions } from './opened-image.ts';
import { Spool } from './spool.ts';
import { looksLikeRoot } from './store.ts';
import { TarLayer } from './tar-layer.ts';

/** Words before the colon of a reference that say what a file or folder is. */
const localSchemes = ['docker-archive', 'oci-archive', 'oci-dir', 'aci', 'dir', 'layer'] as const;
type LocalScheme = (typeof localSchemes)[number];
type Scheme = LocalScheme | ElsewhereScheme;

const schemes: readonly Scheme[] = [...localSchemes, ...elsewhereSchemes];

/** Sources that the reference may state but that this version cannot read. */
const later = ['sbom'];

function isElsewhere(scheme: Scheme | undefined): scheme is ElsewhereScheme {
  return elsewhereSchemes.some((known) => known === scheme);
}

/** Splits `scheme:rest` or `scheme://rest`. A path may hold a colon, so only known words count as a scheme. */
export function splitReference(reference: string): { readonly scheme?: Scheme; readonly location: string } {
  const colon = reference.indexOf(':');
  const word = reference.slice(0, colon);
  const scheme = schemes.find((known) => known === word);
  if (scheme !== undefined) {
    const rest = reference.slice(colon + 1);
    return { scheme, location: rest.startsWith('//') ? rest.slice(2) : rest };
  }
  if (later.includes(word)) {
    throw new SourceError(
      'source.unsupported',
      `${reference}: the source "${word}:" cannot be read yet. Save the image to a file and scan that.`,
    );
  }
  return { location: reference };
}

/**
 * Opens an image: an archive, an OCI layout, an ACI, a root file system, a single layer, `-` for standard input, or a
 * name that a container engine or a registry knows. What a file is, is told by its content; a scheme (`oci-dir:`) states
 * it.
 * @throws SourceError when there is nothing that could be read as an image
 */
export async function openImage(reference: string, options: OpenOptions, stdin?: Readable): Promise<OpenedSource> {
  const { scheme, location } = splitReference(reference);
  if (isElsewhere(scheme)) return await openNamed(scheme, location, reference, options);
  if (location === '-') {
    const spool = await spoolStream(stdin ?? process.stdin, options);
    return openFile(reference, new FileSource(spool.descriptor), scheme, options, () => spool.close());
  }
  if (location === '') throw new SourceError('source.not-found', `${reference} names no file`);
  const stats = statLocation(location);
  if (stats === undefined) {
    if (scheme === undefined && (await looksLikeImageName(location))) {
      return await openNamed(undefined, location, reference, options);
    }
    throw new SourceError(
      'source.not-found',
      `${location} is no file or folder here. An image of a container engine or a registry is written "docker:NAME", "podman:NAME" or "registry:NAME".`,
    );
  }
  if (stats.isDirectory()) return openFolder(reference, location, scheme, options);
  if (!stats.isFile()) {
    throw new SourceError('source.not-an-image', `${location} is no file and no folder. To read a stream, give "-".`);
  }
  if (scheme === 'dir' || scheme === 'oci-dir') {
    throw new SourceError('source.not-an-image', `${location} is a file; "${scheme}:" needs a folder`);
  }
  const descriptor = openSync(location, 'r');
  return openFile(reference, new FileSource(descriptor), scheme, options, () => closeSync(descriptor));
}

async function openNamed(
  scheme: ElsewhereScheme | undefined,
  name: string,
  reference: string,
  options: OpenOptions,
): Promise<OpenedSource> {
  if (options.elsewhere === undefined) {
    throw new SourceError('source.not-found', `${reference} is no file or folder here, and only those may be read`);
  }
  return await openElsewhere(scheme, name, options, options.elsewhere, reference);
}

function statLocation(location: string): Stats | undefined {
  try {
    return statSync(location);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new SourceError('source.unreadable', `cannot read ${location} (${code})`, { cause: error });
  }
}

function openFolder(
  reference: string,
  location: string,
  scheme: LocalScheme | undefined,
  options: OpenOptions,
): OpenedSource {
  if (scheme === 'docker-archive' || scheme === 'oci-archive' || scheme === 'layer' || scheme === 'aci') {
    throw new SourceError('source.not-an-image', `${location} is a folder; "${scheme}:" needs a file`);
  }
  if (scheme !== 'dir') {
    const store = new FolderStore(path.resolve(location));
    const close = (): void => store.close();
    try {
      if (scheme === 'oci-dir' || (store.has('oci-layout') && isOciLayout(store))) {
        const images = openOciLayout(reference, store, options);
        if (scheme === undefined && looksLikeRoot(store)) {
          return { images: images.map((image) => ({ ...image, problems: [...image.problems, twoThings] })), close };
        }
        return { images, close };
      }
      // `docker save` unpacked: a manifest alone may lie in any root file system.
      if (isDockerArchive(store) && !store.has('etc/passwd')) {
        return { images: openDockerArchive(reference, store, options), close };
      }
    } catch (error) {
      close();
      throw error;
    }
    close();
  }
  return { images: [singleLayer(reference, new FolderLayer(path.resolve(location)), 0)], close: () => undefined };
}

async function openFile(
  reference: string,
  source: ByteSource,
  scheme: LocalScheme | undefined,
  options: OpenOptions,
  release: () => void,
): Promise<OpenedSource> {
  const releases = [release];
  const close = (): void => {
    for (const free of releases.splice(0)) free();
  };
  try {
    if (source.size === 0) throw new SourceError('source.unreadable', `${reference} is empty`);
    if (scheme === 'layer') return { images: [singleLayer(reference, new TarLayer(source), source.size)], close };
    const archive = await uncompressed(reference, source, options, releases);
    const store = await ArchiveStore.open(archive.source, options.limits, options.signal);
    if (archive.damage !== undefined) store.problems.push(archive.damage);
    if (looksLikeRoot(store) && (store.has('manifest.json') || store.has('oci-layout'))) store.problems.push(twoThings);
    if (scheme === 'aci' || (scheme === undefined && isAci(store, options.limits))) {
      if (store.has('manifest.json') || store.has('oci-layout')) store.problems.push(twoImages);
      return { images: [openAci(reference, store, archive.source, options)], close };
    }
    if (scheme !== 'oci-archive' && isDockerArchive(store)) {
      const images = openDockerArchive(reference, store, options);
      return {
        images: isOciLayout(store) ? compareWithLayout(images, store, options) : images,
        close,
      };
    }
    if (scheme !== 'docker-archive' && (scheme === 'oci-archive' || (isOciLayout(store) && store.has('oci-layout')))) {
      return { images: openOciLayout(reference, store, options), close };
    }
    if (scheme !== undefined) {
      throw new SourceError('source.not-an-image', `${reference}: there is no manifest.json in the archive`);
    }
    if (store.size === 0) {
      throw new SourceError('source.unreadable', `${reference}: the archive holds nothing that could be read`);
    }
    if (store.looksLikeImage()) {
      const [damage] = store.problems;
      throw new SourceError(
        'source.unreadable',
        `${reference} looks like a saved image, but neither manifest.json nor index.json is in it` +
          `${damage === undefined ? '' : ` (${damage.message})`}. Save the image again.`,
      );
    }
    return { images: [singleLayer(reference, new TarLayer(source), source.size)], close };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * New archives of `docker save` are an OCI layout too. One whose two descriptions name different images shows one to
 * some tools and the other to the rest.
 */
function compareWithLayout(
  images: readonly OpenedImage[],
  store: ArchiveStore,
  options: OpenOptions,
): readonly OpenedImage[] {
  const keyOf = (configuration: string | undefined, layers: readonly (string | undefined)[]): string =>
    [configuration, ...layers].join();
  const own = new Set(
    images.map(({ info }) =>
      keyOf(
        info.id,
        info.layers.map((layer) => layer.digest),
      ),
    ),
  );
  const platforms = new Set(images.map(({ info }) => info.platform));
  const { described, problems } = describedImages(store, options);
  // Archives of one platform list the variants for the others too.
  const others = described.filter(({ platform }) => platform === undefined || platforms.has(platform));
  const theirs = new Set(others.map(({ configuration, layers }) => keyOf(configuration, layers)));
  if (problems.length === 0 && own.symmetricDifference(theirs).size === 0) return images;
  const message = 'manifest.json and index.json of the archive name different images; those of manifest.json were read';
  return images.map((image) => ({
    ...image,
    problems: [...image.problems, ...problems, { code: 'image.ambiguous', message }],
  }));
}

const twoThings: Problem = {
  code: 'image.ambiguous',
  message:
    'it is the description of an image and a root file system at once; the image was read. "dir:" or "layer:" reads the other',
};

const twoImages: Problem = {
  code: 'image.ambiguous',
  message: 'it is an ACI and an image of another form at once; the ACI was read. "docker-archive:" reads the other',
};

/** An image that is a single layer and says nothing of itself. */
function singleLayer(reference: string, layer: LayerContent, size: number): OpenedImage {
  return {
    info: { reference, names: [], layers: [{ index: 0, size }], history: [], config: {} },
    layers: [layer],
    problems: [],
  };
}

/** An archive that is compressed as a whole is kept uncompressed in an unlinked temporary file. */
async function uncompressed(
  reference: string,
  source: ByteSource,
  options: OpenOptions,
  releases: (() => void)[],
): Promise<{ readonly source: ByteSource; readonly damage?: Problem }> {
  const compression = detectCompression(readBytes(source, 0, MAGIC_BYTES));
  if (compression === 'none') {
    if (isTar(source)) return { source };
    throw new SourceError(
      'source.not-an-image',
      `${reference} is no archive. Expected is a file of "docker save", an OCI layout, a layer, or a folder.`,
    );
  }
  const spool = new Spool(options.temporary, options.limits.spoolBytes);
  releases.push(() => spool.close());
  let damage: Problem | undefined;
  try {
    const { trailing } = await decompress(source, compression, (chunk) => spool.write(chunk), options);
    if (trailing > 0)
      damage = { code: 'layer.trailing-bytes', message: 'the archive: bytes follow the compressed data' };
  } catch (error) {
    if (!(error instanceof FormatError) && !(error instanceof LimitError)) throw error;
    if (spool.size === 0)
      throw new SourceError('source.unreadable', `${reference}: ${error.message}`, { cause: error });
    // What came before the damage is read. It may end behind a member, so that the walk over it notices nothing.
    damage = {
      code: error instanceof LimitError ? 'layer.limit' : 'layer.damaged',
      message: `the archive: ${error.message}`,
    };
  }
  const inner = new FileSource(spool.descriptor);
  if (isTar(inner)) return { source: inner, ...(damage !== undefined && { damage }) };
  throw new SourceError('source.not-an-image', `${reference} is compressed, but holds no archive`);
}

async function spoolStream(stream: Readable, options: OpenOptions): Promise<Spool> {
  const spool = new Spool(options.temporary, options.limits.spoolBytes);
  try {
    for await (const chunk of stream) {
      options.signal.throwIfAborted();
      spool.write(chunk as Buffer);
      options.onSpool?.(spool.size);
    }
    return spool;
  } catch (error) {
    spool.close();
    throw error;
  }
}
