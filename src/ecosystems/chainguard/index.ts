import { apkVersions } from '../../formats/versions/apk.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { apkInstalled } from '../../packages/apk/installed.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectChainguard } from './detect.ts';
import { chainguardSecdb } from './feed.ts';
import { chainguardRelease } from './releases.ts';

/** Chainguard: packages of apk, of its own repository and of Wolfi's. */
export const chainguard: Ecosystem = {
  id: 'chainguard',
  displayName: 'Chainguard',
  types: ['apk'],
  analyzers: [releaseFiles, apkInstalled],
  feeds: [chainguardSecdb],
  detect: detectChainguard,
  releases: [chainguardRelease],
  // The database of apk does not tell which repository a package came from.
  namespaces: (_pkg, distribution) => (distribution?.id === 'chainguard' ? ['chainguard', 'wolfi'] : []),
  versions: () => apkVersions,
};
