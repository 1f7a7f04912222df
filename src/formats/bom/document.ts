import type { Hashes } from '../../model/package.ts';

/** What a bill of materials lists, in whatever format: the union of what CycloneDX and SPDX say of a component. */
export interface SbomComponent {
  /** By which the document refers to it; absent where it does not. */
  readonly ref?: string;
  /** In words of CycloneDX: `library`, `application`, `container`, `operating-system`, `file` ...; `library` where it is not told. */
  readonly kind: string;
  /** With its group, where it has one: `@scope/name`, `group:artifact`. */
  readonly name: string;
  readonly version?: string;
  /** As written, so it may be none. */
  readonly purl?: string;
  /** Identifiers, expressions and names. */
  readonly licences: readonly string[];
  readonly hashes?: Hashes;
  /** Paths. */
  readonly locations: readonly string[];
  readonly supplier?: string;
  /** CycloneDX properties, or those of our annotation in SPDX: the values of each name in their order. */
  readonly properties: ReadonlyMap<string, readonly string[]>;
  /** Of the component that has this one in it. */
  readonly within?: SbomComponent;
}

/** A bill of materials as it stands: nothing is concluded from it yet. */
export interface SbomDocument {
  /** `CycloneDX 1.6`, `SPDX-2.3` */
  readonly format: string;
  /** What it is about: an image, as a rule. */
  readonly subject?: SbomComponent;
  /** In their order, those within others among them, each after the one that has it. */
  readonly components: readonly SbomComponent[];
  /** What components need, by `ref`. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
  /** Whether it says that it lists everything; absent where it says nothing. */
  readonly complete?: boolean;
  /** Sentences on what could not be read. */
  readonly faults: readonly SbomFault[];
}

/** What is odd about a document, or could not be read of it. */
export interface SbomFault {
  /** `limit`: too much of something; `component`: one that cannot be read; `version`: of the format, which is not known. */
  readonly kind: 'limit' | 'component' | 'version';
  readonly message: string;
}

/** Budgets of a reader. */
export interface SbomLimits {
  readonly components: number;
}

/** A name and a value, as CycloneDX has them. */
export interface SbomProperty {
  readonly name: string;
  readonly value: string;
}
