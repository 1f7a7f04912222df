import { GITHUB_LICENCE, lowerCase, osvLanguageFeed } from '../../feeds/osv-language.ts';
import { semverVersions } from '../../formats/versions/semver.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on Swift packages, as OSV collects them. */
export const swiftOsv: Feed = osvLanguageFeed({
  ecosystem: 'SwiftURL',
  name: 'swifturl',
  title: 'Swift packages',
  licence: GITHUB_LICENCE,
  compare: semverVersions.compare,
  packageName: lowerCase,
});
