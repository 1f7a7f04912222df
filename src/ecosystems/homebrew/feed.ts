import { lowerCase, osvLanguageFeed } from '../../feeds/osv-language.ts';
import type { Feed } from '../../model/feed.ts';
import { homebrewVersions } from './versions.ts';

/** Advisories on formulae of Homebrew, as OSV has them: what a formula has mended by patches of its own is in them. */
export const homebrewOsv: Feed = osvLanguageFeed({
  ecosystem: 'Homebrew',
  name: 'homebrew',
  title: 'Homebrew',
  licence: 'public data, without a stated licence',
  packageName: lowerCase,
  compare: homebrewVersions.compare,
  absentBecause: 'it is new, and few have it',
});
