import { secdbFeed, vulnerabilityPage } from '../../feeds/secdb.ts';
import { singleSecdb } from '../../feeds/single-secdb.ts';
import type { Feed } from '../../model/feed.ts';

/** Fixes in packages that only Chainguard's repository has, one document for all. It knows of no severities. */
export const chainguardSecdb: Feed = secdbFeed({
  name: 'chainguard-secdb',
  version: 1,
  title: 'Chainguard security data',
  url: 'https://packages.cgr.dev/chainguard',
  mirrorPath: 'chainguard-secdb',
  licence: 'terms of Chainguard, Inc.',
  folder: 'chainguard-secdb',
  recordUrl: vulnerabilityPage,
  ...singleSecdb('chainguard'),
});
