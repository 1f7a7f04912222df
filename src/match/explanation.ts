import type { AdvisoryState, VersionRange } from '../model/advisory.ts';
import type { CvssScore } from '../model/cvss.ts';
import type { Enrichment } from '../model/enrichment.ts';
import type { Finding } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';
import type { ComparisonStep } from '../model/version-scheme.ts';
import type { Compared } from './assess.ts';

export type ExplainedVerdict = 'affected' | 'not-affected' | 'unjudged';

/** One record, and what it says of one package of the image. */
export interface ExplainedRecord {
  readonly feed: string;
  readonly id: string;
  readonly url?: string;
  readonly namespace: string;
  readonly state: AdvisoryState;
  readonly note?: string;
  readonly ranges: readonly VersionRange[];
  /** How many versions the record lists besides its ranges. */
  readonly listed: number;
  readonly compared: Compared;
  /** The comparison that decided, part by part; empty where none was needed. */
  readonly steps: readonly ComparisonStep[];
  readonly verdict: ExplainedVerdict;
  readonly reason: string;
}

/** A package of the image that records of the vulnerability name. */
export interface ExplainedPackage {
  readonly package: { readonly name: string; readonly version: string; readonly purl: string };
  readonly source?: { readonly name: string; readonly version: string };
  readonly layer: number;
  readonly verdict: ExplainedVerdict;
  readonly reason: string;
  /** Of a package that is affected: how grave that is, and who decided it. */
  readonly severity?: Severity;
  readonly severitySource?: string;
  /** A scan would not count it: a policy accepts it, or VEX rules it out. */
  readonly suppressed?: NonNullable<Finding['suppressed']>;
  /** What VEX says of it. */
  readonly vex?: NonNullable<Finding['vex']>;
  readonly records: readonly ExplainedRecord[];
}

/** What one source says of the vulnerability, whatever package has it. */
export interface ExplainedSource
  extends Pick<Enrichment, 'cwes' | 'exploited' | 'epss' | 'rejected' | 'cpes' | 'published'> {
  /** The feed, and the id that its record has, where that is another than the one that was asked for. */
  readonly feed: string;
  readonly id?: string;
  readonly severity?: Severity;
  readonly cvss?: readonly CvssScore[];
}

/** What records name besides: packages that the image does not have, and other releases. */
export interface NamedElsewhere {
  readonly namespace: string;
  readonly package: string;
  readonly nameKind: 'source' | 'binary';
  readonly state: AdvisoryState;
  /** `absent`: the image uses the namespace and lacks the package; `other-release`: it has the package, of another release. */
  readonly why: 'absent' | 'other-release' | 'unrelated';
}

/** Why an image has, or has not, a vulnerability. */
export interface Explanation {
  /** The id that was asked for. */
  readonly id: string;
  /** All ids of the records that were found, sorted. */
  readonly ids: readonly string[];
  readonly title?: string;
  /** `unknown`: no record has the id. */
  readonly verdict: ExplainedVerdict | 'unknown';
  readonly reason: string;
  /** Everybody who says how grave it is, and the like; publishers of advisories first. */
  readonly sources: readonly ExplainedSource[];
  /** Weaknesses that the sources name, with their names where an enricher has them. */
  readonly weaknesses: readonly { readonly id: string; readonly name?: string }[];
  readonly packages: readonly ExplainedPackage[];
  readonly elsewhere: readonly NamedElsewhere[];
}
