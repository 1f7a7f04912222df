/*
 * What the API of Clair v4 calls things (its published OpenAPI 1.2.0, schemas `index_report`, `vulnerability_report` and
 * what they refer to). Ids hold within one document. All members that Quay asks for are there, also where they say nothing.
 */

export interface ClairPackage {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly kind: 'BINARY' | 'SOURCE';
  readonly source?: ClairPackage;
  readonly module?: string;
  readonly arch?: string;
}

export interface ClairDistribution {
  readonly id: string;
  /** `debian`; the other members are those of os-release, too. */
  readonly did: string;
  readonly name: string;
  readonly version: string;
  readonly version_code_name: string;
  readonly version_id: string;
  readonly arch: string;
  readonly cpe: string;
  readonly pretty_name: string;
}

/** Where packages come from that are none of a distribution. */
export interface ClairRepository {
  readonly id: string;
  readonly name: string;
}

/** Where a package was found. */
export interface ClairEnvironment {
  /** The database or file that tells of it. */
  readonly package_db: string;
  /** Digest of the layer that brought it; absent where nobody knows one. */
  readonly introduced_in?: string;
  /** Empty: it is none of a distribution. */
  readonly distribution_id: string;
  readonly repository_ids: readonly string[];
}

export type NormalizedSeverity = 'Unknown' | 'Negligible' | 'Low' | 'Medium' | 'High' | 'Critical';

/** What is said of a vulnerability, in reports and in notifications. */
export interface ClairVulnerabilityCore {
  readonly name: string;
  readonly fixed_in_version: string;
  readonly severity: string;
  readonly normalized_severity: NormalizedSeverity;
  readonly package: ClairPackage;
  readonly arch_op: 'equals';
  readonly distribution?: ClairDistribution;
  readonly repository?: ClairRepository;
}

export interface ClairVulnerability extends ClairVulnerabilityCore {
  readonly id: string;
  /** The feed that says so. */
  readonly updater: string;
  readonly description: string;
  /** Addresses with blanks between them. */
  readonly links: string;
}

/** What is in a manifest: shared by both reports. */
export interface ClairContents {
  readonly packages: Readonly<Record<string, ClairPackage>>;
  readonly distributions: Readonly<Record<string, ClairDistribution>>;
  readonly repository: Readonly<Record<string, ClairRepository>>;
  readonly environments: Readonly<Record<string, readonly ClairEnvironment[]>>;
}

export interface ClairIndexReport extends ClairContents {
  readonly manifest_hash: string;
  /** `IndexFinished`, `IndexError`, or a step before them. */
  readonly state: string;
  readonly success: boolean;
  /** Why it did not succeed; else empty. */
  readonly err: string;
}

export interface ClairVulnerabilityReport extends ClairContents {
  readonly manifest_hash: string;
  readonly vulnerabilities: Readonly<Record<string, ClairVulnerability>>;
  /** Ids of vulnerabilities by ids of packages. */
  readonly package_vulnerabilities: Readonly<Record<string, readonly string[]>>;
  /** By type: scores by ids of vulnerabilities. */
  readonly enrichments: Readonly<Record<string, readonly object[]>>;
}
