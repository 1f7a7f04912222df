import { secdbFeed, vulnerabilityPage } from '../../feeds/secdb.ts';
import { singleSecdb } from '../../feeds/single-secdb.ts';
import type { Feed } from '../../model/feed.ts';

/** Fixes in packages of MinimOS, one document for all. It knows of no severities. */
export const minimosSecdb: Feed = secdbFeed({
  name: 'minimos-secdb',
  version: 1,
  title: 'MinimOS security data',
  url: 'https://packages.mini.dev/advisories/secdb',
  mirrorPath: 'minimos-secdb',
  licence: 'public data of Minimus, without a stated licence',
  folder: 'minimos-secdb',
  recordUrl: vulnerabilityPage,
  ...singleSecdb('minimos'),
});
