import type { Dialect } from '../sql/dialect.ts';

/** A step of the schema, forwards. Its number is its place in the list. Steps that were released never change. */
export interface Migration {
  readonly title: string;
  /** Statements, one each. */
  statements(dialect: Dialect): readonly string[];
}
