import type { Finding } from '../model/finding.ts';
import type { Problem } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import { compareFindings, compareProblems } from './build-report.ts';
import { summarise } from './summary.ts';

/** What a policy and statements (VEX) make of the findings of a report. */
export interface Acceptance {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly policy?: Report['policy'];
  readonly vex?: Report['vex'];
}

/** The report with what is accepted, counted anew. Nothing is taken out of it. */
export function acceptedReport(report: Report, { findings, problems, policy, vex }: Acceptance): Report {
  return {
    ...report,
    findings: findings.toSorted(compareFindings),
    problems: [...report.problems, ...problems].sort(compareProblems),
    ...(policy !== undefined && { policy }),
    ...(vex !== undefined && { vex }),
    summary: summarise(findings),
  };
}
