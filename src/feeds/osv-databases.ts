import type { Feed } from '../model/feed.ts';
import { lowerCase, type OsvLanguage, osvLanguageFeed } from './osv-language.ts';

/** Every folder of OSV without an ecosystem here, by its name. Licences are those of where the records come from. */
const databases: readonly OsvLanguage[] = [
  {
    ecosystem: 'Drupal',
    name: 'drupal',
    title: 'Drupal',
    licence: 'MIT, Drupal Security Team',
    packageName: lowerCase,
    // Drupal has a repository of its own, and says so in some records only.
    namespaceOf: (ecosystem) => (ecosystem.split(':', 1)[0] === 'Packagist' ? 'packagist' : undefined),
    absentBecause: 'Packagist has its records too',
  },
  { ecosystem: 'OSS-Fuzz', name: 'oss-fuzz', title: 'OSS-Fuzz', licence: 'CC-BY 4.0, Google' },
];

/**
 * Feeds of the databases of OSV that belong to no ecosystem here: their records are kept and can be explained, and wait
 * for who judges packages by them. A version scheme orders no events yet: readers take them as they are listed.
 */
export const osvDatabases: readonly Feed[] = databases.map(osvLanguageFeed);
