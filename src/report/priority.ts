import type { FindingScore } from '../model/finding.ts';
import { compareSeverity, type Severity } from '../model/severity.ts';

/** Orders in which the text report tells vulnerabilities. */
export const sortOrders = ['priority', 'severity'] as const;

export type SortOrder = (typeof sortOrders)[number];

/** What the order looks at. */
export interface Ranked {
  readonly severity: Severity;
  readonly fixedVersion?: string | undefined;
  readonly score?: Partial<Pick<FindingScore, 'epss' | 'kev'>>;
}

/** Probabilities of exploitation from which on something comes before what is graver: `likely`, `even`. */
const STEPS = [0.1, 0.5];

/**
 * What to mend first: what is known to be exploited, then what probably will be (EPSS from 50 %, from 10 %), then by
 * severity, then what has a fix, then by EPSS itself. See docs/severity.md.
 */
export function comparePriority(a: Ranked, b: Ranked): number {
  return (
    Number(b.score?.kev ?? false) - Number(a.score?.kev ?? false) ||
    stepOf(b) - stepOf(a) ||
    compareSeverity(b.severity, a.severity) ||
    Number(b.fixedVersion !== undefined) - Number(a.fixedVersion !== undefined) ||
    (b.score?.epss ?? 0) - (a.score?.epss ?? 0)
  );
}

function stepOf({ score }: Ranked): number {
  const epss = score?.epss ?? 0;
  return STEPS.filter((step) => epss >= step).length;
}

/** Whether anything is known of exploitation: without that, an order by priority would be one by severity. */
export function hasExploitation(findings: readonly Ranked[]): boolean {
  return findings.some(({ score }) => score?.kev === true || score?.epss !== undefined);
}
