import { apkVersions } from '../../formats/versions/apk.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { apkInstalled } from '../../packages/apk/installed.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectAlpaquita } from './detect.ts';
import { alpaquitaOsv } from './feed.ts';
import { alpaquitaNames, alpaquitaReleases } from './releases.ts';

/** BellSoft Alpaquita Linux and BellSoft Hardened Containers: packages of apk, judged by BellSoft's records. */
export const alpaquita: Ecosystem = {
  id: 'alpaquita',
  displayName: 'BellSoft Alpaquita Linux',
  types: ['apk'],
  analyzers: [releaseFiles, apkInstalled],
  feeds: [alpaquitaOsv],
  detect: detectAlpaquita,
  releases: alpaquitaReleases,
  namespaces: (_pkg, distribution) =>
    distribution !== undefined && alpaquitaNames.has(distribution.id)
      ? [`${distribution.id}:${distribution.version}`]
      : [],
  versions: () => apkVersions,
};
