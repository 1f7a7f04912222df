import type { Dialect } from '../sql/dialect.ts';

/**
 * A step of the schema, forwards. Its number is its place in the list. Steps that were released never change: from the
 * first release on, that is; what was tried before may have to be made anew. Nothing that changes is imported into one.
 */
export interface Migration {
  readonly title: string;
  /** Statements, one each: quick, however much there is. */
  statements(dialect: Dialect): readonly string[];
  /** What follows from the rows that were there before, in this order; the step is done when all of it is. */
  readonly fills?: readonly Fill[];
}

/** Work on all rows of a table, which is done in parts: a process that ends in between loses one part. */
export interface Fill {
  /** For messages: `images`. */
  readonly what: string;
  /** A table with ids. */
  readonly table: 'image' | 'package_set';
  /** Rows of a part: of about as many milliseconds as a service may be silent, at the most. */
  readonly rows: number;
  /** Statements about the rows with ids above $1, up to $2. */
  statements(dialect: Dialect): readonly string[];
}

/** How far a step is that has much to do. */
export interface MigrationProgress {
  readonly title: string;
  readonly what: string;
  /** Of the ids that the table has. */
  readonly done: number;
  readonly total: number;
}

/** What whoever opens a store of before may want. */
export interface MigrationWatch {
  /** Ends it between two parts; it goes on there the next time. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MigrationProgress) => void;
  /** Milliseconds that one transaction works on parts, one part at the least; absent: as a service needs it. */
  readonly slice?: number;
}
