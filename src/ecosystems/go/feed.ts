import { osvLanguageFeed } from '../../feeds/osv-language.ts';
import { goVersions } from '../../formats/versions/go.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on Go modules, as OSV collects them. */
export const goOsv: Feed = osvLanguageFeed({
  ecosystem: 'Go',
  name: 'go',
  title: 'Go modules',
  licence: 'CC-BY 4.0, Go vulnerability database and GitHub',
  compare: goVersions.compare,
});
