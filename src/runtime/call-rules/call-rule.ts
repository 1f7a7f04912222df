import type { Confidence } from '../../model/finding.ts';
import type { Severity } from '../../model/severity.ts';

/** A rule on calls. */
export interface CallRule {
  /** Told by findings; the name of the rule where it has none of its own. */
  readonly id: string;
  readonly title: string;
  /** Why it matters. */
  readonly description: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly aliases: readonly string[];
  readonly tags: readonly string[];
  readonly remediation?: string;
  /** Whose rule it is: `drydock`, or the name of the file. */
  readonly source: { readonly name: string; readonly url?: string };
  readonly enabled: boolean;
  readonly file: string;
  readonly line: number;
}

/** What is wrong with a file of rules, for its author. */
export interface RuleComplaint {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/**
 * How far a rule can be asked. `partly`: some of it cannot be told, and counts as not so: a branch that never holds, an
 * exception that is never made. `not-evaluable`: it could never fire, so that its silence says nothing.
 */
export const ruleStates = ['evaluable', 'partly', 'not-evaluable', 'disabled'] as const;

export type RuleState = (typeof ruleStates)[number];

export interface RuleStatus {
  readonly rule: CallRule;
  readonly state: RuleState;
  /** Why it is not, or not wholly: one sentence each. */
  readonly reasons: readonly string[];
}
