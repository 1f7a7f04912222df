import { osvLanguageFeed } from '../../feeds/osv-language.ts';
import { gemVersions } from '../../formats/versions/gem.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on Ruby packages, as OSV collects them. */
export const rubyOsv: Feed = osvLanguageFeed({
  ecosystem: 'RubyGems',
  name: 'rubygems',
  title: 'Ruby packages',
  licence: 'CC-BY 4.0, GitHub; public domain, RubySec',
  compare: gemVersions.compare,
});
