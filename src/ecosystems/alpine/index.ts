import { apkVersions } from '../../formats/versions/apk.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { apkInstalled } from '../../packages/apk/installed.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectAlpine } from './detect.ts';
import { alpineSecdb } from './feed.ts';
import { alpineRejections } from './rejections.ts';
import { alpineReleases } from './releases.ts';
import { alpineUnfixed } from './unfixed.ts';

/** Alpine Linux: packages of apk, judged by the security database of their branch and by what Alpine's team tracks. */
export const alpine: Ecosystem = {
  id: 'alpine',
  displayName: 'Alpine Linux',
  types: ['apk'],
  analyzers: [releaseFiles, apkInstalled],
  feeds: [alpineSecdb, alpineRejections, alpineUnfixed],
  detect: detectAlpine,
  releases: alpineReleases,
  namespaces: (_pkg, distribution) => (distribution?.id === 'alpine' ? [`alpine:${distribution.version}`] : []),
  versions: () => apkVersions,
};
