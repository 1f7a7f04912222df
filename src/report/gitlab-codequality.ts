import type { Severity } from '../model/severity.ts';
import { escapeLine } from './escape.ts';
import type { Format } from './format.ts';
import { jsonText } from './json.ts';
import { fingerprintsOf } from './sarif-fingerprints.ts';
import { shownFindings, subjectOf } from './shown-findings.ts';

const severityWords: Readonly<Record<Severity, string>> = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  negligible: 'info',
  unknown: 'major',
};

/**
 * The list of issues that GitLab shows in merge requests of every tier (`artifacts:reports:codequality`): a part of the
 * form of Code Climate. One list for all images, so that a job has one file. What is accepted is never in it: an issue has no
 * state there, and every one that is new fails the comparison.
 */
export const gitlabCodeQuality: Format = {
  id: 'gitlab-codequality',
  title: 'Report of code quality for GitLab (issues as Code Climate has them)',
  withoutProblems: true,
  withoutAccepted: true,
  steady: true,
  render: (reports) =>
    jsonText(
      reports.flatMap((report) => {
        const findings = shownFindings(report, {});
        const fingerprints = fingerprintsOf(findings);
        const image = escapeLine(report.image.reference) || 'image';
        return findings.map((finding, index) => {
          const { kind, id, severity, title, location, remediation, fixedVersion } = finding;
          const subject = subjectOf(finding);
          const fix = remediation ?? (fixedVersion === undefined ? '' : `Fixed in ${fixedVersion}.`);
          const begin = Math.max(1, location?.line ?? 1);
          return {
            type: 'issue',
            check_name: `${kind}/${escapeLine(id)}`,
            description: [`${id}${subject === '' ? '' : ` in ${subject}`}: ${title}`, fix]
              .filter((text) => text !== '')
              .map(escapeLine)
              .join(' '),
            categories: ['Security'],
            // Of two images of one job the same thing is two issues.
            fingerprint: `${image}:${fingerprints[index]}`,
            severity: severityWords[severity],
            location: {
              path: relative(location?.path ?? '') || relative(report.image.reference) || 'image',
              lines: { begin, end: begin },
            },
          };
        });
      }),
    ),
};

/** GitLab drops issues whose path begins at the root or with a point. */
function relative(path: string): string {
  return escapeLine(path).replace(/^(?:\.{0,2}\/)+/, '');
}
