import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { FormatError, LimitError, SourceError } from '../errors.ts';
import { FileSource, MemorySource } from '../formats/byte-source.ts';
import type { ByteSource } from '../model/bytes.ts';
import { type ContainerdImage, type FoundImages, findImages } from './containerd-images.ts';
import type { ContainerdOptions } from './elsewhere-options.ts';
import { FolderStore } from './folder-store.ts';
import { fullName } from './identity.ts';
import { openOciLayout } from './oci-layout.ts';
import type { OpenedSource, OpenOptions } from './opened-image.ts';
import type { BlobStore } from './store.ts';

/** Where containerd keeps its things (containerd, `root` of its configuration). */
const CONTAINERD_ROOT = '/var/lib/containerd';

/**
 * Opens an image of containerd by the files that it keeps: its database tells what a name stands for, its content store has
 * the blobs. The daemon is not asked, and need not run.
 * @param name as `ctr images ls` or `nerdctl images` shows it
 * @throws SourceError where there is none, or none that this user may read
 */
export function openContainerdImage(
  name: string,
  options: OpenOptions,
  { root = CONTAINERD_ROOT, namespace }: ContainerdOptions,
  reference: string,
): OpenedSource {
  const database = path.join(root, 'io.containerd.metadata.v1.bolt', 'meta.db');
  const image = chooseImage(name, lookUp(database, root, name, namespace), root, namespace);
  const store = new ContainerdStore(path.join(root, 'io.containerd.content.v1.content'), image);
  try {
    return {
      images: openOciLayout(reference, store, options),
      kept: { name: fullName(name) },
      close: () => store.close(),
    };
  } catch (error) {
    store.close();
    if (isDenied(error)) throw denied(root, error);
    throw error;
  }
}

function lookUp(database: string, root: string, name: string, namespace: string | undefined): FoundImages {
  let descriptor: number;
  try {
    descriptor = openSync(database, 'r');
  } catch (error) {
    if (isDenied(error)) throw denied(root, error);
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      throw new SourceError('source.unreadable', `cannot read ${database} (${code})`, { cause: error });
    }
    throw new SourceError(
      'source.not-found',
      `${root} is no folder of containerd: ${database} is not there. Where containerd keeps its things elsewhere, say so with --containerd-root.`,
    );
  }
  try {
    return findImages(() => new FileSource(descriptor), formsOf(name), namespace);
  } catch (error) {
    if (!(error instanceof FormatError) && !(error instanceof LimitError)) throw error;
    const isUnsupported = error instanceof FormatError && error.reason === 'unsupported';
    const code = isUnsupported ? 'source.unsupported' : 'source.unreadable';
    throw new SourceError(code, `${database} cannot be read: ${error.message}`, { cause: error });
  } finally {
    closeSync(descriptor);
  }
}

/** The name as it is written, and in full, as pulled images are called: `docker.io/library/alpine:latest`. */
function formsOf(name: string): readonly string[] {
  const full = fullName(name);
  return full === undefined ? [name] : [name, full];
}

function chooseImage(
  name: string,
  { found, namespaces, others }: FoundImages,
  root: string,
  namespace: string | undefined,
): ContainerdImage {
  const [image] = found;
  const spaces = quoted(found.map((one) => one.namespace));
  if (image !== undefined && found.every(({ digest }) => digest === image.digest)) return image;
  if (image !== undefined) {
    throw new SourceError(
      'source.not-found',
      `${JSON.stringify(name)} stands for different images in the namespaces ${spaces} of ${root}. Choose one with --containerd-namespace.`,
    );
  }
  if (namespace !== undefined && !namespaces.includes(namespace)) {
    throw new SourceError(
      'source.not-found',
      `containerd has no namespace ${JSON.stringify(namespace)} in ${root}. It has: ${quoted(namespaces)}`,
    );
  }
  const there = others.length === 0 ? 'There are none.' : `There are, for example: ${quoted(others)}`;
  throw new SourceError(
    'source.not-found',
    `containerd has no image ${JSON.stringify(name)} in the namespaces ${quoted(namespaces)} of ${root}. ${there}`,
  );
}

function quoted(names: readonly string[]): string {
  return names.length === 0
    ? 'none'
    : names
        .slice(0, 20)
        .map((name) => JSON.stringify(name))
        .join(', ');
}

function isDenied(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM';
}

function denied(root: string, cause: unknown): SourceError {
  const message = `${root} may not be read by this user: containerd keeps it for root. Scan as root (sudo), or let root export the image: ctr -n NAMESPACE images export FILE NAME.`;
  return new SourceError('source.unreadable', message, { cause });
}

/** The content store as an OCI layout whose index names one image. */
class ContainerdStore implements BlobStore {
  readonly problems: BlobStore['problems'] = [];
  readonly where =
    "containerd's content store, which drops layers once they are unpacked where it is told to (discard_unpacked_layers). Pull the image again to have it";
  readonly #blobs: FolderStore;
  readonly #index: ByteSource;

  constructor(folder: string, { name, digest, mediaType, size }: ContainerdImage) {
    this.#blobs = new FolderStore(folder);
    const annotations = { 'io.containerd.image.name': name };
    const manifests = [{ digest, ...(mediaType !== '' && { mediaType }), size, annotations }];
    this.#index = new MemorySource(Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })));
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get(name: string): ByteSource | undefined {
    return name === 'index.json' ? this.#index : this.#blobs.get(name);
  }

  close(): void {
    this.#blobs.close();
  }
}
