import { osvLanguageFeed } from '../../feeds/osv-language.ts';
import { juliaVersions } from '../../formats/versions/julia.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on packages of Julia, as OSV collects them. */
export const juliaOsv: Feed = osvLanguageFeed({
  ecosystem: 'Julia',
  name: 'julia',
  title: 'Julia packages',
  licence: 'CC-BY 4.0, Julia Security Working Group',
  compare: juliaVersions.compare,
});
