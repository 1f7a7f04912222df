import { osvFeed } from '../../feeds/osv.ts';
import { apkVersions } from '../../formats/versions/apk.ts';
import type { Feed } from '../../model/feed.ts';

/**
 * CleanStart's advisories, through OSV. Half of them call their ecosystem `Alpine`, without a release: they are about
 * packages of CleanStart all the same, and only in this folder, and behind ids of this publisher.
 */
export const cleanstartOsv: Feed = osvFeed({
  name: 'cleanstart-osv',
  version: 1,
  ecosystem: 'CleanStart',
  title: 'CleanStart security advisories (OSV)',
  licence: 'public data of CleanStart, without a stated licence',
  nameKind: 'source',
  compare: apkVersions.compare,
  rangesOnly: true,
  namespaceOf: (ecosystem) => (ecosystem === 'CleanStart' || ecosystem === 'Alpine' ? 'cleanstart' : undefined),
  accepts: (id) => id.startsWith('CLEANSTART-'),
});
