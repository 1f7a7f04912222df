import path from 'node:path';
import { SourceError } from '../errors.ts';
import { isDockerArchive, openDockerArchive } from './docker-archive.ts';
import { FolderLayer } from './folder-layer.ts';
import { FolderStore } from './folder-store.ts';
import { isOciLayout, openOciLayout } from './oci-layout.ts';
import type { OpenedSource, OpenOptions } from './opened-image.ts';
import type { LocalScheme } from './scheme.ts';
import { singleLayer, twoThings } from './single-layer.ts';
import { looksLikeRoot } from './store.ts';

/**
 * Opens a folder: an OCI layout, a saved image that was unpacked, or a root file system.
 * @throws SourceError where it is not what the scheme states
 */
export function openFolder(
  reference: string,
  location: string,
  scheme: LocalScheme | undefined,
  options: OpenOptions,
): OpenedSource {
  if (scheme !== undefined && scheme !== 'dir' && scheme !== 'oci-dir') {
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
