import { apkVersions } from '../../formats/versions/apk.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { apkInstalled } from '../../packages/apk/installed.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectCleanStart } from './detect.ts';
import { cleanstartOsv } from './feed.ts';
import { cleanstartRelease } from './releases.ts';

/** CleanStart: packages of apk, judged by its own advisories. */
export const cleanstart: Ecosystem = {
  id: 'cleanstart',
  displayName: 'CleanStart',
  types: ['apk'],
  analyzers: [releaseFiles, apkInstalled],
  feeds: [cleanstartOsv],
  detect: detectCleanStart,
  releases: [cleanstartRelease],
  namespaces: (_pkg, distribution) => (distribution?.id === 'cleanstart' ? ['cleanstart'] : []),
  versions: () => apkVersions,
};
