/** Why a statement of a VEX document changes nothing: the part in which it came closest to something of the image. */
export const vexMismatches = [
  /** The product is another image. */
  'other-image',
  /** The image has no name, since it was read from a file, and the statement does not name it by a digest. */
  'image-without-name',
  /** The image has no such package. */
  'no-such-package',
  /** It has, in another version. */
  'other-version',
  /** It has, of another architecture, distribution or the like. */
  'other-build',
  /** The product is there, but what the statement calls a part of it is not known to be one. */
  'not-a-part',
  /** Product and part are there; the vulnerability was not found in them. */
  'no-such-vulnerability',
  /** The product has only names that say nothing of an image: a CPE, a text. */
  'unknown-product',
  /** It says that something is fixed, and not in which version. */
  'without-version',
  /** It is younger than the moment as of which the image is judged. */
  'later',
  /** It could not be read. */
  'unreadable',
] as const;

export type VexMismatch = (typeof vexMismatches)[number];

/** One statement that matched nothing, and why. */
export interface UnmatchedStatement {
  /** Where it stands in its document, from 0. */
  readonly index: number;
  readonly vulnerability?: string;
  readonly product?: string;
  readonly mismatch: VexMismatch;
  /** In words: `the image has openssl 3.0.11, not 3.0.9`. */
  readonly reason: string;
}

/** What became of the statements of one source of VEX. */
export interface VexOutcome {
  /** A path, `oci:sha256:...`, `repo:pkg/...` */
  readonly source: string;
  readonly format: 'openvex' | 'csaf' | 'cyclonedx';
  readonly id?: string;
  readonly author?: string;
  /** Of what a registry has: whether somebody who is trusted signed it for this image. Absent elsewhere. */
  readonly signed?: boolean;
  /** Statements in it, those that speak of a finding, and findings that they speak of. */
  readonly statements: number;
  readonly matched: number;
  readonly findings: number;
  /** The first thousand of those that matched nothing, in the order of the document. */
  readonly unmatched: readonly UnmatchedStatement[];
  /** How many matched nothing, by reason. */
  readonly mismatches: Readonly<Partial<Record<VexMismatch, number>>>;
}
