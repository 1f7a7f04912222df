import { apkVersions } from '../../formats/versions/apk.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { apkInstalled } from '../../packages/apk/installed.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectWolfi } from './detect.ts';
import { wolfiSecdb } from './feed.ts';
import { wolfiRelease } from './releases.ts';

/** Wolfi: packages of apk, judged by the fixes that Chainguard publishes for it. */
export const wolfi: Ecosystem = {
  id: 'wolfi',
  displayName: 'Wolfi',
  types: ['apk'],
  analyzers: [releaseFiles, apkInstalled],
  feeds: [wolfiSecdb],
  detect: detectWolfi,
  releases: [wolfiRelease],
  namespaces: (_pkg, distribution) => (distribution?.id === 'wolfi' ? ['wolfi'] : []),
  versions: () => apkVersions,
};
