import { osvFeed } from '../../feeds/osv.ts';
import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Feed } from '../../model/feed.ts';
import { titledModule, titledSeverity } from '../../packages/rpm/errata-title.ts';

/** Names of notices: `RLSA-2024:8121`; those of special interest groups begin with RX. */
const ids = /^R[LX][SBE]A-\d{4}:\d{1,8}$/;

/**
 * Rocky Linux's errata, through OSV: they name source packages. Notices that repair bugs and name no CVE are left out.
 */
export const rockyOsv: Feed = osvFeed({
  name: 'rocky-osv',
  version: 1,
  ecosystem: 'Rocky Linux',
  title: 'Rocky Linux errata (OSV)',
  licence: 'BSD-3-Clause, Rocky Enterprise Software Foundation',
  nameKind: 'source',
  compare: rpmVersions.compare,
  rangesOnly: true,
  cvesAreRelated: true,
  severityOf: (record) => titledSeverity(record['summary']),
  onlyFor: (record, ranges) => titledModule(record['summary'], ranges),
  accepts: (id) => ids.test(id),
  keeps: ({ id, aliases }) => /^R[LX]SA-/.test(id) || aliases.length > 0,
  recordUrl: (id) => `https://errata.rockylinux.org/${id}`,
});
