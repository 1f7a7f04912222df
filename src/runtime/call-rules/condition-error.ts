/** Why a condition is none, or cannot be used: a sentence for the author of the rule. */
export class ConditionError extends Error {
  /** Character at which it was noticed, from 0; undefined where it is not one place. */
  readonly offset: number | undefined;

  constructor(message: string, offset?: number) {
    super(message);
    this.name = 'ConditionError';
    this.offset = offset;
  }
}
