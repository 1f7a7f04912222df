import type { ArchiveStore } from './archive-store.ts';
import { describedImages } from './oci-layout.ts';
import type { OpenedImage, OpenOptions } from './opened-image.ts';

/**
 * New archives of `docker save` are an OCI layout too. One whose two descriptions name different images shows one to
 * some tools and the other to the rest.
 */
export function compareWithLayout(
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
