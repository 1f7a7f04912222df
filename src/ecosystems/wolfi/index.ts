import { type SecdbDocument, secdbFeed, vulnerabilityPage } from '../../feeds/secdb.ts';
import { apkVersions } from '../../formats/versions/apk.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import type { Feed } from '../../model/feed.ts';
import { apkInstalled } from '../../packages/apk/installed.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectRolling, rollingRelease } from '../../packages/release/rolling.ts';

/** Fixes in the packages of one distribution, one document for all. It knows of no severities. */
function singleSecdb(id: string, title: string, url: string, licence: string): Feed {
  const name = `${id}-secdb`;
  const document: SecdbDocument = {
    path: 'security.json',
    namespace: id,
    prefix: 'security/',
    required: true,
    concerns: (namespace) => namespace === id,
  };
  return secdbFeed({
    name,
    version: 1,
    title,
    url,
    mirrorPath: name,
    licence,
    folder: name,
    recordUrl: vulnerabilityPage,
    documents: async () => [document],
    documentAt: (path) => (path === document.path || path.endsWith(`/${document.path}`) ? document : undefined),
  });
}

const terms = 'terms of Chainguard, Inc.';
const unstated = 'public data of Minimus, without a stated licence';

export const wolfiSecdb = singleSecdb('wolfi', 'Wolfi security data', 'https://packages.wolfi.dev/os', terms);
export const chainguardSecdb = singleSecdb(
  'chainguard',
  'Chainguard security data',
  'https://packages.cgr.dev/chainguard',
  terms,
);
export const minimosSecdb = singleSecdb(
  'minimos',
  'MinimOS security data',
  'https://packages.mini.dev/advisories/secdb',
  unstated,
);

/** Where advisories on each of the distributions stand. */
const namespaces: ReadonlyMap<string, readonly string[]> = new Map([
  ['wolfi', ['wolfi']],
  // The database of apk does not tell which repository a package came from.
  ['chainguard', ['chainguard', 'wolfi']],
  ['minimos', ['minimos']],
]);

const releases = [
  rollingRelease('wolfi', 'Wolfi'),
  rollingRelease('chainguard', 'Chainguard'),
  rollingRelease('minimos', 'MinimOS'),
];

/** Wolfi and what is made as it is: packages of apk, judged by the fixes that each publishes. None has releases. */
export const wolfi: Ecosystem = {
  id: 'wolfi',
  displayName: 'Wolfi, Chainguard and MinimOS',
  types: ['apk'],
  analyzers: [releaseFiles, apkInstalled],
  feeds: [wolfiSecdb, chainguardSecdb, minimosSecdb],
  detect: detectRolling(releases),
  releases,
  namespaces: (_pkg, distribution) => namespaces.get(distribution?.id ?? '') ?? [],
  versions: () => apkVersions,
};
