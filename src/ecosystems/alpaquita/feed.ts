import { osvFeed } from '../../feeds/osv.ts';
import { osvNamespace } from '../../formats/osv/namespace.ts';
import { apkVersions } from '../../formats/versions/apk.ts';
import type { Feed } from '../../model/feed.ts';

/**
 * BellSoft's records of CVEs, through OSV: they name source packages of Alpaquita and of the Hardened Containers that
 * are built from it. What does not affect BellSoft's software at all is a withdrawn record without packages.
 */
export const alpaquitaOsv: Feed = osvFeed({
  name: 'alpaquita-osv',
  version: 1,
  ecosystem: 'Alpaquita',
  title: 'BellSoft security advisories (OSV)',
  licence: 'public data of BellSoft, without a stated licence',
  nameKind: 'source',
  compare: apkVersions.compare,
  rangesOnly: true,
  namespaceOf: (ecosystem) =>
    /^(?:Alpaquita|BellSoft Hardened Containers):/.test(ecosystem) ? osvNamespace(ecosystem) : undefined,
  accepts: (id) => id.startsWith('BELL-'),
});
