import { osvLanguageFeed } from '../../feeds/osv-language.ts';
import type { Feed } from '../../model/feed.ts';
import { bitnamiVersions } from './versions.ts';

/** Advisories on components of Bitnami's images, as OSV collects them. */
export const bitnamiOsv: Feed = osvLanguageFeed({
  ecosystem: 'Bitnami',
  name: 'bitnami',
  title: 'Bitnami',
  licence: 'Apache-2.0, Broadcom',
  compare: bitnamiVersions.compare,
});
