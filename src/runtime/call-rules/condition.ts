/** What may stand before a field, from the outside in. */
export const transformers = ['tolower', 'toupper', 'b64', 'basename', 'len'] as const;

export type Transformer = (typeof transformers)[number];

/** Operators that take one value. */
export const valueOperators = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'contains',
  'icontains',
  'bcontains',
  'startswith',
  'bstartswith',
  'endswith',
  'glob',
  'iglob',
  'regex',
] as const;

/** Operators that take a list. */
export const listOperators = ['in', 'intersects', 'pmatch'] as const;

export type ValueOperator = (typeof valueOperators)[number];
export type ListOperator = (typeof listOperators)[number];

/** `proc.aname[2]`, `tolower(proc.name)`. */
export interface FieldUse {
  readonly name: string;
  readonly argument?: string;
  readonly transformers: readonly Transformer[];
}

/** The right side of a comparison. */
export type Operand =
  /** A word that is not quoted may be the name of a list, where a list may stand. */
  { readonly kind: 'text'; readonly text: string; readonly quoted: boolean } | ({ readonly kind: 'field' } & FieldUse);

/** A condition of a rule as it is written: macros and lists are names. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'macro'; readonly name: string }
  | { readonly kind: 'exists'; readonly field: FieldUse }
  | {
      readonly kind: 'compare';
      readonly field: FieldUse;
      readonly operator: ValueOperator | ListOperator;
      readonly operands: readonly Operand[];
    };
