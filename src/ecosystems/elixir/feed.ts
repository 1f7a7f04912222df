import { lowerCase, osvLanguageFeed } from '../../feeds/osv-language.ts';
import { semverVersions } from '../../formats/versions/semver.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on packages of Hex, as OSV collects them. */
export const hexOsv: Feed = osvLanguageFeed({
  ecosystem: 'Hex',
  name: 'hex',
  title: 'Erlang and Elixir packages',
  licence: 'CC-BY 4.0, GitHub and EEF',
  compare: semverVersions.compare,
  packageName: lowerCase,
});
