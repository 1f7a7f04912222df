import { secdbFeed, vulnerabilityPage } from '../../feeds/secdb.ts';
import { singleSecdb } from '../../feeds/single-secdb.ts';
import type { Feed } from '../../model/feed.ts';

/** Fixes in packages of Wolfi, one document for all. It knows of no severities. */
export const wolfiSecdb: Feed = secdbFeed({
  name: 'wolfi-secdb',
  version: 1,
  title: 'Wolfi security data',
  url: 'https://packages.wolfi.dev/os',
  mirrorPath: 'wolfi-secdb',
  licence: 'terms of Chainguard, Inc.',
  folder: 'wolfi-secdb',
  recordUrl: vulnerabilityPage,
  ...singleSecdb('wolfi'),
});
