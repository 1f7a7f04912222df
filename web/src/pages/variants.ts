import type { ListedImage, SubmittedImage } from '../api/schema.ts';

/** References that stand for images of several platforms in a list: what tells these apart is the platform. */
export function severalPlatforms(images: readonly SubmittedImage[]): ReadonlySet<string> {
  const first = new Map<string, string>();
  const several = new Set<string>();
  for (const { reference, platform } of images) {
    if (platform === undefined) continue;
    const known = first.get(reference);
    if (known === undefined) first.set(reference, platform);
    else if (known !== platform) several.add(reference);
  }
  return several;
}

/**
 * The platform to scan an image for once more: all of them where all were submitted together, since others would no longer count.
 * @param same the images of its reference
 */
export function platformToScan(image: SubmittedImage, same: readonly ListedImage[]): string | undefined {
  const last = same.filter(({ sums }) => sums?.latest === true);
  return last.length > 1 && last.some(({ id }) => id === image.id) ? 'all' : image.platform;
}
