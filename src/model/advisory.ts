import type { CvssScore } from './cvss.ts';
import type { EnrichmentHit } from './enrichment.ts';
import type { Severity } from './severity.ts';

/**
 * Who speaks, and for which release: `debian:12`, `alpine:v3.20`, `pypi`.
 * Together with the package's name it is the key of every look-up.
 */
export type Namespace = string;

/** What the source says of a package. `not-affected` rows are kept: they answer why-not and silence other sources. */
export const advisoryStates = [
  'fixed',
  'affected',
  'will-not-fix',
  'deferred',
  'end-of-life',
  'under-investigation',
  'not-affected',
] as const;
export type AdvisoryState = (typeof advisoryStates)[number];

/**
 * A half-open interval of versions: from `introduced` (absent: from the beginning) up to and without `fixed`,
 * or up to and with `lastAffected`; without either, everything from `introduced` on.
 */
export interface VersionRange {
  readonly introduced?: string;
  readonly fixed?: string;
  readonly lastAffected?: string;
}

/**
 * Which builds of a package a row is about, where its name and namespace do not tell. Every part that is there has to
 * hold; the ecosystem's `applies` compares it with the package.
 */
export interface BuildFilter {
  /** Module stream, `nodejs:18`: a package without a modularity label, or of another stream, is not meant. */
  readonly module?: string;
  /** As the package manager names them: `x86_64`. A package without an architecture is meant whatever stands here. */
  readonly architectures?: readonly string[];
  /** Where the package comes from, as its publisher names it: a CPE of Red Hat's, a repository of Amazon's. */
  readonly repositories?: readonly string[];
  /** A series of builds with version numbers of its own, compared only with its like: `ksplice`, `fips`. */
  readonly flavour?: string;
  /** Repositories that have rows of their own in the same record: what comes from one of them is not meant. */
  readonly apart?: readonly string[];
}

/** What an advisory says of one package in one namespace. */
export interface Affected {
  readonly namespace: Namespace;
  readonly package: string;
  /** Whether `package` names a source or a binary package: it decides which version is compared. */
  readonly nameKind: 'source' | 'binary';
  readonly state: AdvisoryState;
  /** Affected if any holds; empty with no `versions`: every version, unless the state is `not-affected`. */
  readonly ranges: readonly VersionRange[];
  /** Versions that are affected whatever the ranges say. */
  readonly versions?: readonly string[];
  /** Absent: every build of that name in the namespace. */
  readonly only?: BuildFilter;
  /** Overrides the severity of the advisory. */
  readonly severity?: Severity;
  /** The publisher's own words: a reason why it will not be fixed, an urgency. */
  readonly note?: string;
}

/** One record of a feed. */
export interface Advisory {
  /** Unique within its feed and stable between updates. */
  readonly key: string;
  /** The vulnerability's id as the feed names it: `CVE-2024-1234`, `DSA-5000-1`. */
  readonly id: string;
  /** Other ids of the same vulnerability; of a collective notice: the ids of all that it deals with. */
  readonly aliases: readonly string[];
  /** Ids of things that are not the same but belong to it, as the notice in which a CVE was published with others. */
  readonly related?: readonly string[];
  readonly severity: Severity;
  readonly title?: string;
  readonly description?: string;
  readonly cvss?: readonly CvssScore[];
  /** The record on the publisher's site first. */
  readonly urls: readonly string[];
  /** RFC 3339. */
  readonly published?: string;
  readonly modified?: string;
  readonly affected: readonly Affected[];
}

/** An advisory with the one `affected` entry that a look-up found. */
export interface AdvisoryHit {
  readonly feed: string;
  readonly advisory: Omit<Advisory, 'affected'>;
  readonly affected: Affected;
}

/** What a look-up asks for. */
export interface AdvisoryKey {
  readonly namespace: Namespace;
  /** Source or binary name; a hit's `affected.nameKind` tells which was meant. */
  readonly package: string;
}

/** What the advisory data says of one feed. */
export interface FeedStatus {
  readonly name: string;
  /** When the feed was last known to be up to date: RFC 3339. */
  readonly updatedAt?: string;
  /** Records that are current. */
  readonly records: number;
  /** True of a feed that says what vulnerabilities are worth, not which packages have them. */
  readonly enriches?: boolean;
  /** The last attempt to update it, where that failed. */
  readonly failure?: { readonly at: string; readonly message: string };
}

/** What the advisory data says of itself. */
export interface AdvisoryStatus {
  /** Absent for the starter set. */
  readonly generation?: number;
  /** RFC 3339. */
  readonly builtAt?: string;
  readonly feeds: readonly FeedStatus[];
  readonly starter: boolean;
}

/** Something that can be asked for advisories: the database, or the starter set. */
export interface AdvisorySource {
  /** All keys in one statement; `result[i]` answers `keys[i]`. */
  lookUp(keys: readonly AdvisoryKey[]): readonly (readonly AdvisoryHit[])[];
  /** Every record that has this id, alias or related id, for `explain`. */
  byId(id: string): readonly AdvisoryHit[];
  /** Whether anything at all is known of a namespace. */
  hasNamespace(namespace: Namespace): boolean;
  /**
   * What enrichers know of each name, in one statement; `result[i]` answers `names[i]`. Absent: the source has none.
   * A source that could not answer throws, as the other look-ups do.
   */
  enrich?(names: readonly string[]): readonly (readonly EnrichmentHit[])[];
  status(): AdvisoryStatus;
}
