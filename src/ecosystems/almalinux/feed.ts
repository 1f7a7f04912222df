import { osvFeed } from '../../feeds/osv.ts';
import { asList, asRecord, asText, type JsonRecord } from '../../formats/record.ts';
import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Feed } from '../../model/feed.ts';
import { titledModule, titledSeverity } from '../../packages/rpm/errata-title.ts';

/**
 * AlmaLinux's errata, through OSV. Notices that repair bugs (ALBA, ALEA) and name no CVE are left out: a package that is
 * older than one of them has no vulnerability.
 */
export const almalinuxOsv: Feed = osvFeed({
  name: 'almalinux-osv',
  version: 1,
  ecosystem: 'AlmaLinux',
  title: 'AlmaLinux errata (OSV)',
  licence: 'MIT, AlmaLinux OS Foundation',
  nameKind: 'binary',
  compare: rpmVersions.compare,
  rangesOnly: true,
  cvesAreRelated: true,
  inParts: true,
  severityOf: (record) => titledSeverity(record['summary']),
  onlyFor: (record, ranges) => titledModule(record['summary'], ranges),
  accepts: (id) => /^AL[SBE]A-\d{4}:/.test(id),
  keeps: ({ id, aliases }) => id.startsWith('ALSA-') || aliases.length > 0,
  recordUrl: ownPage,
});

/** The page of the notice has the release in its address, which the record tells only there. */
function ownPage(_id: string, record: JsonRecord): string | undefined {
  return asList(record['references'])
    .map((reference) => asText(asRecord(reference)?.['url'], 500))
    .find((url) => url?.startsWith('https://errata.almalinux.org/') === true);
}
