import type { Feed } from '../../src/model/feed.ts';
import { apkInstalled, type DatabasePackage } from './databases.ts';
import { foundIn, scanJudged } from './rpm-image.ts';

/** What is found in an image whose packages apk installed, as `NAME VERSION ID FIX`, sorted. */
export async function foundInApk(image: {
  readonly release: string;
  readonly packages: readonly DatabasePackage[];
  readonly feed: Feed;
  readonly documents: Readonly<Record<string, string | Uint8Array>>;
}): Promise<readonly string[]> {
  const { release, packages, feed, documents } = image;
  const files = [{ path: 'lib/apk/db/installed', content: apkInstalled(packages) }];
  return foundIn(await scanJudged({ release, files, feed, documents }));
}
