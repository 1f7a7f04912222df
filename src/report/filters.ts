import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';
import { summarise } from './summary.ts';

/** Which findings a user wants to see. */
export interface FindingFilter {
  /** Absent: all. */
  readonly severities?: readonly Severity[];
  /** Leaves out vulnerabilities that no version fixes. */
  readonly ignoreUnfixed?: boolean;
}

/** The report with the findings that pass, counted anew. Nothing else of it changes. */
export function filterReport(report: Report, filter: FindingFilter): Report {
  const findings = report.findings.filter((finding) => passes(finding, filter));
  return { ...report, findings, summary: summarise(findings) };
}

function passes(finding: Finding, { severities, ignoreUnfixed }: FindingFilter): boolean {
  if (severities !== undefined && !severities.includes(finding.severity)) return false;
  return ignoreUnfixed !== true || finding.kind !== 'vulnerability' || finding.fixedVersion !== undefined;
}

/** The findings of the report that no policy suppresses. */
export function countingFindings(report: Report): readonly Finding[] {
  return report.findings.filter(({ suppressed }) => suppressed === undefined);
}

/** Of these, the ones that count for `--fail-on` and `--exit-code`: all that a baseline does not have as they are. */
export function gatedFindings(report: Report): readonly Finding[] {
  return countingFindings(report).filter(({ baseline }) => baseline !== 'known');
}
