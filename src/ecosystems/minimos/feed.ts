import { osvFeed } from '../../feeds/osv.ts';
import { secdbFeed, vulnerabilityPage } from '../../feeds/secdb.ts';
import { singleSecdb } from '../../feeds/single-secdb.ts';
import { apkVersions } from '../../formats/versions/apk.ts';
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

/** The same through OSV: a record for each vulnerability of a package. */
export const minimosOsv: Feed = {
  ...osvFeed({
    name: 'minimos-osv',
    version: 1,
    ecosystem: 'MinimOS',
    title: 'MinimOS security data (OSV)',
    licence: 'public data of Minimus, without a stated licence',
    nameKind: 'source',
    compare: apkVersions.compare,
    rangesOnly: true,
    cvesAreRelated: true,
    accepts: (id) => id.startsWith('MINI-'),
  }),
  insteadOf: 'minimos-secdb',
};
