import { osvFeed } from '../../feeds/osv.ts';
import type { Feed } from '../../model/feed.ts';
import { openEulerVersions } from './versions.ts';

/** Names of notices: `OESA-2021-1001`. Elsewhere openEuler calls them `openEuler-SA-2021-1001`. */
const ids = /^OESA-\d{4}-\d{1,8}$/;

/** openEuler's notices, through OSV: they name source packages, and the CVEs that they deal with. */
export const openEulerOsv: Feed = osvFeed({
  name: 'openeuler-osv',
  version: 1,
  ecosystem: 'openEuler',
  title: 'openEuler security notices (OSV)',
  licence: 'public data of openEuler, without a stated licence',
  nameKind: 'source',
  compare: openEulerVersions.compare,
  rangesOnly: true,
  accepts: (id) => ids.test(id),
  recordUrl: (id) =>
    `https://www.openeuler.org/en/security/security-bulletins/detail/?id=${id.replace(/^OESA-/, 'openEuler-SA-')}`,
});
