import { GITHUB_LICENCE, osvLanguageFeed } from '../../feeds/osv-language.ts';
import { mavenVersions } from '../../formats/versions/maven.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on Java packages, as OSV collects them. */
export const javaOsv: Feed = osvLanguageFeed({
  ecosystem: 'Maven',
  name: 'maven',
  title: 'Java packages',
  licence: GITHUB_LICENCE,
  compare: mavenVersions.compare,
});
