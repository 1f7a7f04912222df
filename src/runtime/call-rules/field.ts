import type { Evaluation } from './evaluation.ts';

/** What a field is when it is compared. `address` and `network` are told as text. */
export type FieldType = 'text' | 'number' | 'boolean' | 'address' | 'network';

/**
 * Several values are those of a field that is true of any of them: `proc.aname`, `fd.ip`. Undefined: the call has none,
 * and every comparison with it is false.
 */
export type FieldValue = string | number | boolean | readonly string[] | readonly number[] | undefined;

/** Something of a call that conditions may ask for. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** One line of docs/call-rules.md. */
  readonly meaning: string;
  /** Whether something stands in brackets behind the name: `proc.aname[2]`. */
  readonly argument?: 'may' | 'must';
  readonly read: (evaluation: Evaluation, argument: string | undefined) => FieldValue;
}
