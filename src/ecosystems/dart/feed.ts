import { GITHUB_LICENCE, lowerCase, osvLanguageFeed } from '../../feeds/osv-language.ts';
import { pubVersions } from '../../formats/versions/pub.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on Dart packages, as OSV collects them. */
export const dartOsv: Feed = osvLanguageFeed({
  ecosystem: 'Pub',
  name: 'pub',
  title: 'Dart packages',
  licence: GITHUB_LICENCE,
  compare: pubVersions.compare,
  packageName: lowerCase,
});
