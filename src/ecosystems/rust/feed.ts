import { osvLanguageFeed } from '../../feeds/osv-language.ts';
import { asRecord } from '../../formats/record.ts';
import { semverVersions } from '../../formats/versions/semver.ts';
import type { Feed } from '../../model/feed.ts';

/** RustSec also tells what is unmaintained or unsound: good to know, and no vulnerability. */
function isInformational(entry: Readonly<Record<string, unknown>>): boolean {
  const informational = asRecord(entry['database_specific'])?.['informational'];
  return typeof informational === 'string' && informational !== '';
}

/** Advisories on Rust packages, as OSV collects them. */
export const rustOsv: Feed = osvLanguageFeed({
  ecosystem: 'crates.io',
  name: 'crates-io',
  title: 'Rust packages',
  licence: 'CC0-1.0, RustSec; CC-BY 4.0, GitHub',
  compare: semverVersions.compare,
  leavesOut: isInformational,
});
