import type { VexJustification } from './document.ts';

/** One statement that is to be written. */
export interface WrittenStatement {
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly status: 'not_affected' | 'affected';
  /** Of `not_affected`. */
  readonly justification?: VexJustification;
  /** Why it is not affected, or what was decided. */
  readonly text: string;
  /** Package URLs of the parts that have it, sorted. */
  readonly parts: readonly string[];
}

/** Statements of one author about one product, in whatever form they will have. */
export interface WrittenVex {
  /** Of what it says: 64 hexadecimal digits. */
  readonly id: string;
  readonly author: string;
  /** Address by which the author is known: CSAF needs it. */
  readonly authorUrl?: string;
  /** RFC 3339. */
  readonly timestamp: string;
  /** Package URL. */
  readonly product: string;
  /** What the user calls the product. */
  readonly reference: string;
  readonly statements: readonly WrittenStatement[];
}
