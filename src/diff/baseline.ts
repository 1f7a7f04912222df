import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { diffReports, isRegression } from './report-diff.ts';

/** A report in which every finding says how it stands to a baseline. */
export function withBaseline(report: Report, baseline: Report): Report {
  const diff = diffReports(baseline, report);
  const marks = new Map<Finding, NonNullable<Finding['baseline']>>();
  for (const change of diff.findings) {
    if (change.after === undefined || !isRegression(change)) continue;
    marks.set(change.after, change.change === 'new' ? 'new' : 'graver');
  }
  const findings = report.findings.map((finding) => ({ ...finding, baseline: marks.get(finding) ?? 'known' }) as const);
  const count = (mark: Finding['baseline']): number => findings.filter(({ baseline: own }) => own === mark).length;
  return {
    ...report,
    findings,
    baseline: {
      reference: baseline.image.reference,
      createdAt: baseline.createdAt,
      new: count('new'),
      graver: count('graver'),
      known: count('known'),
      gone: diff.findings.filter(({ change }) => change === 'gone').length,
    },
  };
}
