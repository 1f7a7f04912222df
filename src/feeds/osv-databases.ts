import { osvNamespace } from '../formats/osv/namespace.ts';
import { asRecord } from '../formats/record.ts';
import type { Feed } from '../model/feed.ts';
import { type OsvFeedOptions, osvFeed } from './osv.ts';

/** A database of OSV that no ecosystem reads yet. */
interface OsvDatabase
  extends Pick<
    OsvFeedOptions,
    'ecosystem' | 'title' | 'licence' | 'packageName' | 'namespaceOf' | 'leavesOut' | 'absentBecause'
  > {
  /** The feed is called `NAME-osv`. */
  readonly name: string;
}

const GITHUB = 'CC-BY 4.0, GitHub';

/** Names as pypi.org compares them (PEP 503). */
function pythonName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** For those whose names differ by more than case. */
function lowerCase(name: string): string {
  return name.toLowerCase();
}

/** RustSec also tells what is unmaintained or unsound: good to know, and no vulnerability. */
function isInformational(entry: Readonly<Record<string, unknown>>): boolean {
  const informational = asRecord(entry['database_specific'])?.['informational'];
  return typeof informational === 'string' && informational !== '';
}

/** Every folder of OSV without an ecosystem here, by its name. Licences are those of where the records come from. */
const databases: readonly OsvDatabase[] = [
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
    licence: GITHUB,
    packageName: lowerCase,
  },
  { ecosystem: 'Go', name: 'go', title: 'Go modules', licence: 'CC-BY 4.0, Go vulnerability database and GitHub' },
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
  { ecosystem: 'Maven', name: 'maven', title: 'Java packages', licence: GITHUB },
  { ecosystem: 'NuGet', name: 'nuget', title: '.NET packages', licence: GITHUB, packageName: lowerCase },
  { ecosystem: 'OSS-Fuzz', name: 'oss-fuzz', title: 'OSS-Fuzz', licence: 'CC-BY 4.0, Google' },
  {
    ecosystem: 'Packagist',
    name: 'packagist',
    title: 'PHP packages',
    licence: 'CC-BY 4.0, GitHub; Unlicense, FriendsOfPHP; MIT, Drupal Security Team',
    packageName: lowerCase,
    namespaceOf: (ecosystem) => (ecosystem.split(':', 1)[0] === 'Packagist' ? 'packagist' : undefined),
  },
  { ecosystem: 'Pub', name: 'pub', title: 'Dart packages', licence: GITHUB, packageName: lowerCase },
  {
    ecosystem: 'PyPI',
    name: 'pypi',
    title: 'Python packages',
    licence: 'CC-BY 4.0, Python Packaging Authority and GitHub',
    packageName: pythonName,
  },
  {
    ecosystem: 'RubyGems',
    name: 'rubygems',
    title: 'Ruby packages',
    licence: 'CC-BY 4.0, GitHub; public domain, RubySec',
  },
  { ecosystem: 'SwiftURL', name: 'swifturl', title: 'Swift packages', licence: GITHUB, packageName: lowerCase },
  {
    ecosystem: 'crates.io',
    name: 'crates-io',
    title: 'Rust packages',
    licence: 'CC0-1.0, RustSec; CC-BY 4.0, GitHub',
    leavesOut: isInformational,
  },
  { ecosystem: 'npm', name: 'npm', title: 'JavaScript packages', licence: 'CC-BY 4.0, GitHub; Apache-2.0, OpenSSF' },
];

/**
 * Feeds of the databases of OSV that belong to no ecosystem here: their records are kept and can be explained, and wait
 * for who judges packages by them. A version scheme orders no events yet: readers take them as they are listed.
 */
export const osvDatabases: readonly Feed[] = databases.map(toFeed);

function toFeed({ name, title, namespaceOf, ecosystem, ...how }: OsvDatabase): Feed {
  const own = namespaceOf ?? ((one: string) => (one.split(':', 1)[0] === ecosystem ? osvNamespace(one) : undefined));
  return osvFeed({
    ...how,
    ecosystem,
    name: `${name}-osv`,
    version: 1,
    title: `${title} (OSV)`,
    nameKind: 'binary',
    namespaceOf(one, id) {
      const namespace = own(one, id);
      return namespace !== undefined && isMalware(id) ? `malicious:${namespace}` : namespace;
    },
  });
}

/**
 * Records of packages that are malware themselves (OpenSSF malicious-packages): no vulnerability that an update mends, so
 * they stand in a namespace of their own, `malicious:npm`, for whoever asks for them.
 */
function isMalware(id: string): boolean {
  return id.startsWith('MAL-');
}
