import type { Value } from './value.ts';

/** A function with the least and the largest number of arguments. */
export interface Callable {
  readonly least: number;
  readonly most: number;
  readonly call: (...values: readonly Value[]) => Value;
}
