import { apkVersions } from '../../formats/versions/apk.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { apkInstalled } from '../../packages/apk/installed.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectMinimOS } from './detect.ts';
import { minimosSecdb } from './feed.ts';
import { minimosRelease } from './releases.ts';

/** MinimOS: packages of apk, judged by the fixes that Minimus publishes. */
export const minimos: Ecosystem = {
  id: 'minimos',
  displayName: 'MinimOS',
  types: ['apk'],
  analyzers: [releaseFiles, apkInstalled],
  feeds: [minimosSecdb],
  detect: detectMinimOS,
  releases: [minimosRelease],
  namespaces: (_pkg, distribution) => (distribution?.id === 'minimos' ? ['minimos'] : []),
  versions: () => apkVersions,
};
