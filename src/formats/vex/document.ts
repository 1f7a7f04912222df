/** Exploitability of a vulnerability in a product (OpenVEX 0.2.0, "Status Labels"; CSAF and CycloneDX say the same in other words). */
export const vexStatuses = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const;
export type VexStatus = (typeof vexStatuses)[number];

/** Why a product is not affected (OpenVEX 0.2.0, "Status Justifications"; the flags of CSAF 2.0 section 3.2.3.5). */
export const vexJustifications = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;
export type VexJustification = (typeof vexJustifications)[number];

/** What a statement is about: one thing, by all the names it has. */
export interface VexProduct {
  /** Package URLs, image references, or whatever else the document uses. */
  readonly ids: readonly string[];
  /** CPE 2.2 or 2.3 names. */
  readonly cpes: readonly string[];
  /** `sha256:...` */
  readonly hashes: readonly string[];
  /** Parts of the product that have the vulnerability; empty: the product itself. */
  readonly parts: readonly string[];
}

/** One statement: what somebody says of a vulnerability in some products. */
export interface VexStatement {
  /** Where it stands in its document, from 0. */
  readonly index: number;
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly status: VexStatus;
  readonly products: readonly VexProduct[];
  /** In the words of the document: also a CycloneDX justification, which there are more of. */
  readonly justification?: string;
  /** Why it is not affected, or what to do, in prose. */
  readonly statement?: string;
  /** RFC 3339: of the statement, else of the document. */
  readonly timestamp?: string;
}

/** A document of statements, whatever form it has. */
export interface VexDocument {
  readonly format: 'openvex' | 'csaf' | 'cyclonedx';
  readonly id?: string;
  readonly author?: string;
  readonly statements: readonly VexStatement[];
  /** Statements that could not be read, with the reason: what is left out is not left out in silence. */
  readonly skipped: readonly { readonly index: number; readonly reason: string }[];
}

/** Of one document: more is no list of exceptions. */
export const mostStatements = 200_000;
/** Of one statement. */
export const mostProducts = 10_000;
