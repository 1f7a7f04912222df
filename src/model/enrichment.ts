import type { CvssScore } from './cvss.ts';
import type { Severity } from './severity.ts';

/**
 * What a source says of a vulnerability whatever package has it, or of something else that has a name (a weakness, a
 * product's cycle, a repository). Kept by source: none overwrites another.
 */
export interface Enrichment {
  /** `CVE-2024-1234`; of other sources whatever they speak of, behind a prefix: `cwe:79`, `repo:rhel-9-baseos-rpms`. */
  readonly name: string;
  /** Every vector with its author. */
  readonly cvss?: readonly CvssScore[];
  /** The source's own word. */
  readonly severity?: Severity;
  /** `CWE-79`. */
  readonly cwes?: readonly string[];
  readonly title?: string;
  readonly description?: string;
  /** The id was taken back: it is no vulnerability, and a reason where one is given. */
  readonly rejected?: { readonly reason?: string };
  /** Known to be exploited (CISA KEV): days as YYYY-MM-DD. */
  readonly exploited?: { readonly added: string; readonly due?: string; readonly ransomware?: boolean };
  /**
   * Probability of exploitation within 30 days (FIRST EPSS), and the share of all vulnerabilities with less, which the
   * first generation did not tell: 0 to 1, five decimals. The date is a day: YYYY-MM-DD.
   */
  readonly epss?: { readonly score: number; readonly percentile?: number; readonly date?: string };
  /** CPEs that stand for the name: content sets of Red Hat, products that a vulnerability is in. */
  readonly cpes?: readonly string[];
  /** Last day (YYYY-MM-DD) of free security updates, of a release: `eol:debian/12`. */
  readonly endOfLife?: string;
  /** RFC 3339. */
  readonly published?: string;
  readonly modified?: string;
  readonly urls?: readonly string[];
}

/** An enrichment with the feed that told it. */
export interface EnrichmentHit {
  readonly feed: string;
  readonly enrichment: Enrichment;
}
