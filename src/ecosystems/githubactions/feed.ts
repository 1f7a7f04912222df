import { GITHUB_LICENCE, lowerCase, osvLanguageFeed } from '../../feeds/osv-language.ts';
import { semverVersions } from '../../formats/versions/semver.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on actions, as OSV collects them. */
export const githubActionsOsv: Feed = osvLanguageFeed({
  ecosystem: 'GitHub Actions',
  name: 'github-actions',
  title: 'GitHub Actions',
  licence: GITHUB_LICENCE,
  packageName: lowerCase,
  compare: semverVersions.compare,
});
