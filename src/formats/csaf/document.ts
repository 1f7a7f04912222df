/** What an issuer says of a vulnerability in a product (CSAF 2.0 section 3.2.3.9). */
export type CsafStatus =
  | 'first_affected'
  | 'first_fixed'
  | 'fixed'
  | 'known_affected'
  | 'known_not_affected'
  | 'last_affected'
  | 'recommended'
  | 'under_investigation';

/** A product of the product tree, or a relationship that makes one of two others. */
export interface CsafProduct {
  readonly id: string;
  readonly name: string;
  readonly cpe?: string;
  readonly purl?: string;
  /** Of a relationship: the product that is a part, and what it is a part of. */
  readonly part?: { readonly component: string; readonly of: string };
}

/** A statement about some products. */
export interface CsafRemark {
  /** `vendor_fix`, `no_fix_planned`, `impact`, ... */
  readonly category: string;
  readonly details: string;
  readonly url?: string;
  readonly products: readonly string[];
}

/** A CVSS vector as it stands, for some products. */
export interface CsafScore {
  readonly vector: string;
  readonly products: readonly string[];
}

export interface CsafVulnerability {
  readonly cve?: string;
  /** Ids beside the CVE, with the system that gave them. */
  readonly ids: readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly cwe?: string;
  /** RFC 3339. */
  readonly published?: string;
  /** The first that calls itself the vulnerability's own page comes first. */
  readonly urls: readonly string[];
  readonly scores: readonly CsafScore[];
  readonly status: ReadonlyMap<CsafStatus, readonly string[]>;
  /** Why products are not affected: `vulnerable_code_not_present`, ... */
  readonly flags: readonly CsafRemark[];
  readonly remediations: readonly CsafRemark[];
  readonly threats: readonly CsafRemark[];
}

/** A document of the Common Security Advisory Framework 2.0, as far as anything here asks. */
export interface CsafDocument {
  /** `csaf_vex`, `csaf_security_advisory`. */
  readonly category: string;
  readonly id: string;
  readonly title?: string;
  /** The issuer's word for the whole document. */
  readonly severity?: string;
  /** `final`, `interim`, `draft`. */
  readonly trackingStatus?: string;
  readonly publisher?: string;
  /** RFC 3339. */
  readonly published?: string;
  readonly modified?: string;
  readonly urls: readonly string[];
  /** By product id; relationships among them. */
  readonly products: ReadonlyMap<string, CsafProduct>;
  readonly vulnerabilities: readonly CsafVulnerability[];
}
