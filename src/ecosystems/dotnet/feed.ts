import { GITHUB_LICENCE, lowerCase, osvLanguageFeed } from '../../feeds/osv-language.ts';
import { nugetVersions } from '../../formats/versions/nuget.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on .NET packages, as OSV collects them. */
export const dotnetOsv: Feed = osvLanguageFeed({
  ecosystem: 'NuGet',
  name: 'nuget',
  title: '.NET packages',
  licence: GITHUB_LICENCE,
  compare: nugetVersions.compare,
  packageName: lowerCase,
});
