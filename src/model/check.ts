import type { Analyzer } from './analyzer.ts';
import type { Finding, FindingKind } from './finding.ts';
import type { Problem } from './problem.ts';
import type { Severity } from './severity.ts';
import type { ImageView } from './view.ts';

/** What judging may know besides the image. */
export interface JudgeContext {
  /** The moment that 'now' means: that of the scan. */
  readonly now: Date;
}

/** Judges a whole image. Reads nothing: what it needs stands in the view and its facts. */
export interface Judge {
  readonly name: string;
  judge(view: ImageView, context: JudgeContext): Iterable<Finding | Problem> | AsyncIterable<Finding | Problem>;
}

/** A rule of a check: what its findings have in common, for documentation and for `drydock checks`. */
export interface RuleDoc {
  readonly id: string;
  readonly kind: FindingKind;
  readonly title: string;
  readonly severity: Severity;
  /** Why it matters, in a sentence or two. */
  readonly why: string;
  /** What to do about it. */
  readonly remediation: string;
}

/** A question asked of every image: one folder and one line in checks/index.ts. */
export interface Check {
  /** Name of its folder, and its word in `--checks`. */
  readonly id: string;
  readonly displayName: string;
  readonly analyzers: readonly Analyzer[];
  readonly judge: Judge;
  readonly rules: readonly RuleDoc[];
}

/** A finding has a kind, a problem has a code. */
export function isFinding(value: Finding | Problem): value is Finding {
  return 'kind' in value;
}
