import { osvLanguageFeed } from '../../feeds/osv-language.ts';
import { semverVersions } from '../../formats/versions/semver.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on JavaScript packages, as OSV collects them. */
export const nodeOsv: Feed = osvLanguageFeed({
  ecosystem: 'npm',
  name: 'npm',
  title: 'JavaScript packages',
  licence: 'CC-BY 4.0, GitHub; Apache-2.0, OpenSSF',
  compare: semverVersions.compare,
});
