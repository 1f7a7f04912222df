import { osvLanguageFeed } from '../../feeds/osv-language.ts';
import { conanVersions } from '../../formats/versions/conan.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on packages of ConanCenter, as OSV collects them. */
export const conanOsv: Feed = osvLanguageFeed({
  ecosystem: 'ConanCenter',
  name: 'conan-center',
  title: 'Conan packages',
  licence: 'CC-BY 4.0, GitHub',
  compare: conanVersions.compare,
  absentBecause: 'few records are on packages of Conan',
});
