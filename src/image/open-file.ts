import { SourceError } from '../errors.ts';
import { RECOGNISED_BYTES, recogniseSbom } from '../formats/bom/recognise.ts';
import { readBytes } from '../formats/byte-source.ts';
import { isSif } from '../formats/sif.ts';
import { isSquashfs } from '../formats/squashfs/superblock.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { Problem } from '../model/problem.ts';
import { isAci, openAci } from './aci.ts';
import { ArchiveStore } from './archive-store.ts';
import { compareWithLayout } from './compare-descriptions.ts';
import { isDockerArchive, openDockerArchive } from './docker-archive.ts';
import { isOciLayout, openOciLayout } from './oci-layout.ts';
import type { OpenedSource, OpenOptions } from './opened-image.ts';
import type { LocalScheme } from './scheme.ts';
import { singleLayer, twoThings } from './single-layer.ts';
import { looksLikeRoot } from './store.ts';
import { TarLayer } from './tar-layer.ts';
import { unpackedArchive } from './unpacked-archive.ts';
import { refuseDisk } from './unread-disk.ts';

const twoImages: Problem = {
  code: 'image.ambiguous',
  message: 'it is an ACI and an image of another form at once; the ACI was read. "docker-archive:" reads the other',
};

/**
 * Opens a file: a saved image, an OCI layout, an ACI, a single layer, or a bill of materials. Which of them it is, its
 * members tell, and the one that does may be the last.
 * @param release frees the file; called once, when nothing more is read
 * @throws SourceError where it is none of them, or not what the scheme states
 */
export async function openFile(
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
    if (scheme === 'sbom' || (scheme === undefined && looksLikeSbom(source))) {
      return { images: [], document: source, close };
    }
    if (scheme === 'layer') return { images: [singleLayer(reference, new TarLayer(source), source.size)], close };
    if (scheme === 'sif' || (scheme === undefined && isSif(source))) {
      const { openSif } = await import('./sif.ts');
      return { images: openSif(reference, source, options), close };
    }
    if (scheme === 'squashfs' || (scheme === undefined && isSquashfs(readBytes(source, 0, 4)))) {
      const { openSquashfsLayer } = await import('./squashfs-image.ts');
      const layer = openSquashfsLayer(reference, source, options);
      if (layer !== undefined) return { images: [singleLayer(reference, layer, source.size)], close };
    }
    if (scheme === undefined || scheme === 'squashfs') refuseDisk(reference, source);
    if (scheme === 'squashfs') throw new SourceError('source.not-an-image', `${reference} is no SquashFS`);
    const archive = await unpackedArchive(reference, source, options, releases);
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
    const problems = archive.damage === undefined ? [] : [{ ...archive.damage, layer: 0 }];
    return { images: [singleLayer(reference, new TarLayer(archive.source), source.size, problems)], close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Images never begin like a text that describes one. */
function looksLikeSbom(source: ByteSource): boolean {
  return recogniseSbom(readBytes(source, 0, Math.min(source.size, RECOGNISED_BYTES))) !== undefined;
}
