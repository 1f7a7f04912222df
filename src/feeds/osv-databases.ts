import { osvNamespace } from '../formats/osv/namespace.ts';
import type { Feed } from '../model/feed.ts';
import { GITHUB_LICENCE, lowerCase, type OsvLanguage, osvLanguageFeed } from './osv-language.ts';

/** Every folder of OSV without an ecosystem here, by its name. Licences are those of where the records come from. */
const databases: readonly OsvLanguage[] = [
  { ecosystem: 'Bitnami', name: 'bitnami', title: 'Bitnami', licence: 'Apache-2.0, Broadcom' },
  { ecosystem: 'CRAN', name: 'cran', title: 'R packages', licence: 'Apache-2.0, R Consortium' },
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
  {
    ecosystem: 'GitHub Actions',
    name: 'github-actions',
    title: 'GitHub Actions',
    licence: GITHUB_LICENCE,
    packageName: lowerCase,
  },
  {
    ecosystem: 'Hackage',
    name: 'hackage',
    title: 'Haskell packages',
    licence: 'CC0-1.0, Haskell Security Response Team',
    // The compiler and the libraries that come with it are in the same folder.
    namespaceOf: (ecosystem) => (ecosystem === 'Hackage' || ecosystem === 'GHC' ? osvNamespace(ecosystem) : undefined),
  },
  {
    ecosystem: 'Hex',
    name: 'hex',
    title: 'Erlang and Elixir packages',
    licence: 'CC-BY 4.0, GitHub and EEF',
    packageName: lowerCase,
  },
  {
    ecosystem: 'Homebrew',
    name: 'homebrew',
    title: 'Homebrew',
    licence: 'public data, without a stated licence',
    packageName: lowerCase,
    absentBecause: 'it is new, and few have it',
  },
  { ecosystem: 'Julia', name: 'julia', title: 'Julia packages', licence: 'CC-BY 4.0, Julia Security Working Group' },
  { ecosystem: 'OSS-Fuzz', name: 'oss-fuzz', title: 'OSS-Fuzz', licence: 'CC-BY 4.0, Google' },
  { ecosystem: 'Pub', name: 'pub', title: 'Dart packages', licence: GITHUB_LICENCE, packageName: lowerCase },
  { ecosystem: 'SwiftURL', name: 'swifturl', title: 'Swift packages', licence: GITHUB_LICENCE, packageName: lowerCase },
];

/**
 * Feeds of the databases of OSV that belong to no ecosystem here: their records are kept and can be explained, and wait
 * for who judges packages by them. A version scheme orders no events yet: readers take them as they are listed.
 */
export const osvDatabases: readonly Feed[] = databases.map(osvLanguageFeed);
