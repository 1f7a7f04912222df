import type { AdvisoryState } from './advisory.ts';
import type { CvssScore } from './cvss.ts';
import type { LayerRef } from './package.ts';
import type { PackageUse } from './package-use.ts';
import type { Severity } from './severity.ts';
import type { Witness } from './witness.ts';

export const findingKinds = [
  'vulnerability',
  'malware',
  'webshell',
  'secret',
  'configuration',
  'history',
  'persistence',
  'evasion',
  'service',
  'call',
  'licence',
] as const;

export type FindingKind = (typeof findingKinds)[number];

/** How sure we are that the finding is true of this image. */
export type Confidence = 'certain' | 'high' | 'medium' | 'low';

/** How grave a vulnerability is, by everyone who said so. */
export interface FindingScore {
  /** The one that counts first. */
  readonly cvss: readonly CvssScore[];
  /** Probability of exploitation within 30 days, 0 to 1. */
  readonly epss?: number;
  readonly epssPercentile?: number;
  /** Known to be exploited. */
  readonly kev?: boolean;
  /** Who decided the severity: a feed, `cna:NAME`, `adp:NAME`, `nvd`. */
  readonly severitySource?: string;
  /** `CWE-79`. */
  readonly cwes?: readonly string[];
}

/** Something wrong with the image: where it is, who says so, and what helps. */
export interface Finding {
  readonly kind: FindingKind;
  /** `CVE-2024-1234`, or the rule's id. */
  readonly id: string;
  /** Other ids of the same thing. */
  readonly aliases: readonly string[];
  /** Ids that belong to it without being the same: the CVEs of a collective notice, the notice of a CVE. */
  readonly related?: readonly string[];
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly title: string;
  readonly layer?: LayerRef & { readonly instruction?: string };
  readonly historyIndex?: number;
  /** The layer that hides what was found, though it can still be taken out of the image. */
  readonly hiddenBy?: { readonly index: number; readonly instruction?: string };
  /** Whether the base image brought it. `unknown` while the base is not known, and of what has no place among the layers. */
  readonly from: 'base' | 'own' | 'unknown';
  readonly location?: { readonly path: string; readonly offset?: number; readonly line?: number };
  /** All places, where there are several copies of what is wrong: `location` and `layer` are the first of them. */
  readonly locations?: readonly { readonly path: string; readonly layer: number }[];
  /**
   * Of a secret: what it is known by from one report to the next. Of the secret itself where that does not help to guess it,
   * or else of the variable, label or instruction that has it; absent of a file's, which its place tells.
   */
  readonly fingerprint?: string;
  /** What was compared or seen: one sentence that lets a reader check it. */
  readonly evidence: string;
  readonly source: { readonly name: string; readonly url?: string };
  /** All that speak against a file, the heaviest first. */
  readonly witnesses?: readonly Witness[];
  readonly package?: { readonly name: string; readonly version: string; readonly purl: string };
  /** Of a licence: all that the package states as one expression, and what of it is not allowed. */
  readonly licence?: { readonly expression: string; readonly refused: string };
  /** The least version that fixes this finding. */
  readonly fixedVersion?: string;
  /** The least version that fixes every finding of the package that has a fix: at or above `fixedVersion`. */
  readonly upgradeTo?: string;
  readonly state?: AdvisoryState;
  readonly score?: FindingScore;
  /** Whether a run of the image used the package or the file; absent where none was watched. False never means safe. */
  readonly inUse?: boolean;
  /** How it was used at the most. */
  readonly use?: PackageUse | 'not-seen';
  /**
   * Somebody accepts it (`policy:FILE:LINE`) or has shown that it does not concern the image (`vex:SOURCE`); or the file is
   * known to be harmless (`allow-list:NAME`) or as a package brought it (`package:NAME`).
   */
  readonly suppressed?: {
    readonly by: string;
    readonly reason: string;
    /** The last day (YYYY-MM-DD) on which it holds. */
    readonly expires?: string;
    readonly owner?: string;
    /** Why the image does not have the vulnerability, in the words of OpenVEX. */
    readonly justification?: string;
  };
  /** What the youngest VEX statement on it says. */
  readonly vex?: {
    readonly status: 'not_affected' | 'affected' | 'fixed' | 'under_investigation';
    /** `vex:SOURCE` */
    readonly by: string;
    readonly statement?: string;
  };
  readonly remediation?: string;
  /** How it stands to the baseline that the image was compared with: `graver` ones were known as less grave. */
  readonly baseline?: 'new' | 'graver' | 'known';
}
