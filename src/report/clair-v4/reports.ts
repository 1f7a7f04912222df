import type { CvssScore } from '../../model/cvss.ts';
import type { Finding } from '../../model/finding.ts';
import type { Report } from '../../model/report.ts';
import type { Severity } from '../../model/severity.ts';
import { clairContents, type NumberedContents } from './contents.ts';
import type {
  ClairIndexReport,
  ClairPackage,
  ClairVulnerability,
  ClairVulnerabilityReport,
  NormalizedSeverity,
} from './documents.ts';

/** Under this name Clair's own enricher gives scores, in the form of NVD's schema of CVSS 3. */
const CVSS_ENRICHMENT =
  'message/vnd.clair.map.vulnerability; enricher=clair.cvss schema=https://csrc.nist.gov/schema/nvd/feed/1.1/cvss-v3.x.json';

/** The step that Clair ends with. */
export const INDEX_FINISHED = 'IndexFinished';
export const INDEX_ERROR = 'IndexError';

/**
 * What is in an image, as an index report of Clair v4.
 * @param manifest digest of the manifest
 */
export function clairIndexReport(report: Pick<Report, 'image' | 'packages'>, manifest: string): ClairIndexReport {
  const { contents } = clairContents(report);
  return { manifest_hash: manifest, state: INDEX_FINISHED, ...contents, success: true, err: '' };
}

/** What is told of a manifest whose layers could not be read. */
export function failedIndexReport(manifest: string, state: string, err: string): ClairIndexReport {
  const nothing = { packages: {}, distributions: {}, repository: {}, environments: {} };
  return { manifest_hash: manifest, state, ...nothing, success: false, err };
}

/**
 * What is in an image and what is wrong with it, as a vulnerability report of Clair v4: findings that nobody accepted.
 * @param manifest digest of the manifest
 */
export function clairVulnerabilityReport(report: Report, manifest: string): ClairVulnerabilityReport {
  const numbered = clairContents(report);
  /** Packages of findings that are not among those that are installed: what lockfiles name, where that is judged. */
  const others = new Map<string, ClairPackage>();
  const vulnerabilities: Record<string, ClairVulnerability> = {};
  const byPackage: Record<string, string[]> = {};
  const scores: Record<string, readonly object[]> = {};
  let last = 0;
  for (const finding of report.findings) {
    if (finding.kind !== 'vulnerability' || finding.suppressed !== undefined || finding.package === undefined) continue;
    const { purl, name, version } = finding.package;
    const listed = numbered.idsOf(purl);
    if (listed.length === 0 && !others.has(purl)) {
      others.set(purl, { id: `other-${others.size + 1}`, name, version, kind: 'BINARY' });
    }
    const other = others.get(purl);
    const packages = other === undefined ? listed : [other.id];
    const id = String(++last);
    const pkg = other ?? numbered.contents.packages[packages[0]!]!;
    vulnerabilities[id] = vulnerabilityOf(finding, id, pkg, numbered);
    for (const one of packages) {
      byPackage[one] ??= [];
      byPackage[one].push(id);
    }
    const third = (finding.score?.cvss ?? []).flatMap(scoreOf);
    if (third.length > 0) scores[id] = third;
  }
  return {
    manifest_hash: manifest,
    ...numbered.contents,
    packages: {
      ...numbered.contents.packages,
      ...Object.fromEntries([...others.values()].map((one) => [one.id, one])),
    },
    vulnerabilities,
    package_vulnerabilities: byPackage,
    enrichments: last === 0 || Object.keys(scores).length === 0 ? {} : { [CVSS_ENRICHMENT]: [scores] },
  };
}

function vulnerabilityOf(
  { id: name, title, severity, source, fixedVersion }: Finding,
  id: string,
  pkg: ClairPackage,
  { surroundings }: NumberedContents,
): ClairVulnerability {
  return {
    id,
    updater: source.name,
    name,
    description: title,
    links: source.url ?? '',
    severity: normalizedSeverity(severity),
    normalized_severity: normalizedSeverity(severity),
    package: pkg,
    arch_op: 'equals',
    ...surroundings(pkg.id),
    fixed_in_version: fixedVersion ?? '',
  };
}

/** `critical` -> `Critical`. */
export function normalizedSeverity(severity: Severity): NormalizedSeverity {
  return `${severity[0]!.toUpperCase()}${severity.slice(1)}` as NormalizedSeverity;
}

/** CVSS 3 alone: the schema knows no other. */
function scoreOf({ version, vector, score }: CvssScore): readonly object[] {
  if ((version !== '3.0' && version !== '3.1') || score === undefined) return [];
  return [{ version, vectorString: vector, baseScore: score, baseSeverity: gradeOf(score) }];
}

/** Qualitative severity rating scale (CVSS 3.1 specification, section 5). */
function gradeOf(score: number): string {
  if (score === 0) return 'NONE';
  if (score < 4) return 'LOW';
  if (score < 7) return 'MEDIUM';
  return score < 9 ? 'HIGH' : 'CRITICAL';
}
