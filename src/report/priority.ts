import type { Finding, FindingScore } from '../model/finding.ts';
import { compareSeverity, type Severity } from '../model/severity.ts';

/** Orders in which the text report tells vulnerabilities. */
export const sortOrders = ['priority', 'severity'] as const;

export type SortOrder = (typeof sortOrders)[number];

/** What the order looks at. */
export interface Ranked {
  readonly severity: Severity;
  readonly fixedVersion?: string | undefined;
  readonly score?: Partial<Pick<FindingScore, 'epss' | 'kev'>>;
  /** How a run used the package; absent where none was watched. */
  readonly use?: Finding['use'] | undefined;
}

/** Probabilities of exploitation from which on something comes before what is graver: `likely`, `even`. */
const STEPS = [0.1, 0.5];

/**
 * What to mend first: what a watched run used, then what is known to be exploited, then what probably will be (EPSS from 50 %, from 10 %), then by
 * severity, then what has a fix, then by EPSS itself. See docs/severity.md.
 */
export function comparePriority(a: Ranked, b: Ranked): number {
  return (
    Number(isUsed(b)) - Number(isUsed(a)) ||
    Number(b.score?.kev ?? false) - Number(a.score?.kev ?? false) ||
    stepOf(b) - stepOf(a) ||
    compareSeverity(b.severity, a.severity) ||
    Number(b.fixedVersion !== undefined) - Number(a.fixedVersion !== undefined) ||
    (b.score?.epss ?? 0) - (a.score?.epss ?? 0)
  );
}

function isUsed({ use }: Ranked): boolean {
  return use !== undefined && use !== 'not-seen';
}

function stepOf({ score }: Ranked): number {
  const epss = score?.epss ?? 0;
  return STEPS.filter((step) => epss >= step).length;
}

/** Whether anything is known of exploitation or use: without that, an order by priority would be one by severity. */
export function hasPriorities(findings: readonly Ranked[]): boolean {
  return findings.some(({ score, use }) => score?.kev === true || score?.epss !== undefined || use !== undefined);
}
