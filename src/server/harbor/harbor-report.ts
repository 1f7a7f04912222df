import { parseImageReference } from '../../image/reference.ts';
import type { CvssScore } from '../../model/cvss.ts';
import type { Finding } from '../../model/finding.ts';
import type { Report } from '../../model/report.ts';
import { compareSeverity, type Severity } from '../../model/severity.ts';

/* Pluggable scanner API of Harbor 1.2, HarborVulnerabilityReport. */

export const SECURITY_REPORT = 'application/vnd.security.vulnerability.report; version=1.1';
export const HARBOR_REPORT = 'application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0';

export type HarborReportType = typeof SECURITY_REPORT | typeof HARBOR_REPORT;

/** What Harbor calls a scanner. */
export function scannerOf(version: string) {
  return { name: 'Drydock', vendor: 'Drydock', version };
}

/** A report in the words of Harbor. The older form has no scores. */
export function harborReport(report: Report, type: HarborReportType, version: string, now: Date) {
  const findings = report.findings.filter(
    ({ kind, suppressed }) => (kind === 'vulnerability' || kind === 'malware') && suppressed === undefined,
  );
  const gravest = findings.map(({ severity }) => severity).sort((a, b) => compareSeverity(b, a))[0];
  return {
    generated_at: now.toISOString(),
    artifact: artifactOf(report),
    scanner: scannerOf(version),
    severity: nameOf(gravest ?? 'unknown'),
    vulnerabilities: findings.map((finding) => vulnerabilityOf(finding, type)),
  };
}

function artifactOf({ image }: Report) {
  const { repository, tag, digest } = parseImageReference(image.reference);
  return {
    repository,
    ...((digest ?? image.digest) !== undefined && { digest: digest ?? image.digest }),
    ...(tag !== undefined && { tag }),
    ...(image.mediaType !== undefined && { mime_type: image.mediaType }),
  };
}

function vulnerabilityOf(finding: Finding, type: HarborReportType) {
  const { id, severity, title, source, package: pkg, fixedVersion, score } = finding;
  return {
    id,
    package: pkg?.name ?? '',
    version: pkg?.version ?? '',
    fix_version: fixedVersion ?? '',
    severity: nameOf(severity),
    description: title,
    links: source.url === undefined ? [] : [source.url],
    ...(type === SECURITY_REPORT && {
      preferred_cvss: scoresOf(score?.cvss ?? []),
      cwe_ids: [],
      vendor_attributes: {
        evidence: finding.evidence,
        source: source.name,
        confidence: finding.confidence,
        ...(finding.state !== undefined && { state: finding.state }),
        ...(finding.layer?.diffId !== undefined && { layer: finding.layer.diffId }),
      },
    }),
  };
}

function scoresOf(scores: readonly CvssScore[]) {
  const third = preferred(scores, ['3.1', '3.0']);
  const second = preferred(scores, ['2.0']);
  return {
    ...(third !== undefined && { score_v3: third.score, vector_v3: third.vector }),
    ...(second !== undefined && { score_v2: second.score, vector_v2: second.vector }),
  };
}

function preferred(scores: readonly CvssScore[], versions: readonly string[]): CvssScore | undefined {
  return scores.find(({ version, score }) => versions.includes(version) && score !== undefined);
}

function nameOf(severity: Severity): string {
  return `${severity[0]!.toUpperCase()}${severity.slice(1)}`;
}
