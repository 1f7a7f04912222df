import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { imageNameOf, repositoryOf } from '../policy/image-name.ts';
import { escapeText } from './escape.ts';
import { comparePriority } from './priority.ts';
import { invocationOf } from './sarif-invocation.ts';
import { fingerprintMap, resultsOf } from './sarif-results.ts';
import { rulesOf } from './sarif-rule.ts';
import { descriptorOf } from './sarif-rules.ts';

export interface SarifRunOptions {
  /** Findings that are accepted stand among the results, marked. */
  readonly showSuppressed: boolean;
  /** Findings that filters left out of the report. */
  readonly hidden: number;
  /** Results that the run may have. */
  readonly most: number;
  /** Of the document. */
  readonly runs: number;
  /** What the run is called among several. */
  readonly category?: string | undefined;
}

/** The report of one image as a run (SARIF 2.1.0, 3.14). */
export function sarifRun(report: Report, { showSuppressed, hidden, most, runs, category }: SarifRunOptions): object {
  const wanted = showSuppressed
    ? report.findings
    : report.findings.filter(({ suppressed }) => suppressed === undefined);
  const findings = foremost(wanted, most);
  const rules = rulesOf(findings);
  const { invocation, descriptors } = invocationOf(report, {
    runs,
    hidden,
    accepted: report.findings.length - wanted.length,
    surplus: wanted.length - findings.length,
  });
  const { version } = report.tool;
  return {
    tool: {
      driver: {
        name: 'Drydock',
        version,
        ...(/^\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/.test(version) && { semanticVersion: version }),
        rules: rules.map(descriptorOf),
        ...(descriptors.length > 0 && { notifications: descriptors }),
      },
    },
    ...(category !== undefined && { automationDetails: { id: category } }),
    invocations: [invocation],
    columnKind: 'utf16CodeUnits',
    results: resultsOf(report, findings, rules, fingerprintMap(wanted)),
    properties: propertiesOf(report),
  };
}

/** As many findings as may be, in their order: those that nobody accepts first, then by priority. */
function foremost(findings: readonly Finding[], most: number): readonly Finding[] {
  if (findings.length <= most) return findings;
  const isAccepted = ({ suppressed }: Finding): number => Number(suppressed !== undefined);
  const kept = new Set(
    findings.toSorted((a, b) => isAccepted(a) - isAccepted(b) || comparePriority(a, b)).slice(0, most),
  );
  return findings.filter((finding) => kept.has(finding));
}

/** The image; the first four are called as Trivy calls them, for programs that look for them. */
function propertiesOf(report: Report): object {
  const { reference, id, digest, platform, distribution } = report.image;
  const name = imageNameOf(report);
  const repository = name === undefined ? undefined : repositoryOf(name);
  const manifest = name?.digest ?? digest;
  return {
    imageName: escapeText(reference),
    repoTags: name?.tag === undefined ? [] : [`${repository}:${name.tag}`],
    repoDigests: repository === undefined || manifest === undefined ? [] : [`${repository}@${escapeText(manifest)}`],
    ...(id !== undefined && { imageID: escapeText(id) }),
    ...(digest !== undefined && { imageDigest: escapeText(digest) }),
    ...(platform !== undefined && { platform: escapeText(platform) }),
    ...(distribution !== undefined && { distribution: escapeText(`${distribution.id} ${distribution.version}`) }),
    complete: report.coverage.complete,
  };
}
