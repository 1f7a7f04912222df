import { lowerCase, osvLanguageFeed } from '../../feeds/osv-language.ts';
import { composerNormalVersions } from '../../formats/versions/composer-normal.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on PHP packages, as OSV collects them. */
export const phpOsv: Feed = osvLanguageFeed({
  ecosystem: 'Packagist',
  name: 'packagist',
  title: 'PHP packages',
  licence: 'CC-BY 4.0, GitHub; Unlicense, FriendsOfPHP; MIT, Drupal Security Team',
  compare: composerNormalVersions.compare,
  packageName: lowerCase,
  namespaceOf: (ecosystem) => (ecosystem.split(':', 1)[0] === 'Packagist' ? 'packagist' : undefined),
});

/** The same of Drupal, which has a repository of its own, and says so in some records only. */
export const drupalOsv: Feed = osvLanguageFeed({
  ecosystem: 'Drupal',
  name: 'drupal',
  title: 'Drupal',
  licence: 'MIT, Drupal Security Team',
  compare: composerNormalVersions.compare,
  packageName: lowerCase,
  namespaceOf: (ecosystem) => (ecosystem.split(':', 1)[0] === 'Packagist' ? 'packagist' : undefined),
  absentBecause: 'Packagist has its records too',
});
