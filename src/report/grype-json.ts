import { scoreCvss } from '../formats/cvss/score.ts';
import { jsonText } from '../formats/json-text.ts';
import type { Finding } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import type { Report } from '../model/report.ts';
import type { Severity } from '../model/severity.ts';
import type { Format } from './format.ts';
import { grypeArtifact } from './grype-artifact.ts';
import { grypeMatcher } from './grype-matcher.ts';
import { registryNames } from './registry-name.ts';
import { webAddress } from './web-address.ts';

/**
 * Vulnerabilities in the shape of Grype's JSON (github.com/anchore/grype, schema/grype/document/json 1.0.0), for programs that
 * read that. What is accepted stands among its `ignoredMatches`, with the reason, whether it is asked for or not: its
 * `--show-suppressed` is of the table, too, and readers take every match for open.
 */
export const grypeJson: Format = {
  id: 'grype-json',
  title: 'JSON in the shape of Grype (matches), for programs that read that',
  findingKinds: ['vulnerability'],
  withoutProblems: true,
  steady: true,
  render: (reports, options) => {
    const documents = reports.map((report) => documentOf(report));
    return jsonText(documents.length === 1 && options.several !== true ? documents[0]! : documents);
  },
};

const severityWords: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  negligible: 'Negligible',
  unknown: 'Unknown',
};

function documentOf(report: Report): object {
  const { tool, createdAt, image } = report;
  const { distribution } = image;
  const byPurl = new Map(report.packages.map((pkg) => [pkg.purl, pkg]));
  const found = report.findings.filter(({ kind }) => kind === 'vulnerability');
  const match = (finding: Finding) => matchOf(finding, byPurl.get(finding.package?.purl ?? ''), report);
  const open = found.filter(({ suppressed }) => suppressed === undefined);
  const accepted = found.filter(({ suppressed }) => suppressed !== undefined);
  return {
    matches: open.map(match),
    ...(accepted.length > 0 && {
      ignoredMatches: accepted.map((finding) => ({ ...match(finding), appliedIgnoreRules: [ruleOf(finding)] })),
    }),
    source: { type: 'image', target: targetOf(report) },
    distro: { name: distribution?.id ?? '', version: distribution?.version ?? '', idLike: [] },
    descriptor: { name: tool.name, version: tool.version, timestamp: createdAt },
  };
}

/** The image, in the words that Syft has for it. */
function targetOf(report: Report): object {
  const { reference, id, digest, mediaType, layers, platform } = report.image;
  const { tags, digests } = registryNames(report);
  const [os, architecture] = platform?.split('/') ?? [];
  return {
    userInput: reference,
    imageID: id ?? '',
    manifestDigest: digest ?? '',
    mediaType: mediaType ?? '',
    tags,
    imageSize: layers.reduce((sum, { size }) => sum + size, 0),
    layers: layers.map(({ digest: own, diffId, size }) => ({ mediaType: '', digest: diffId ?? own ?? '', size })),
    repoDigests: digests,
    ...(os !== undefined && { os }),
    ...(architecture !== undefined && { architecture }),
  };
}

/** What the fields of a rule do not say is in its reason. */
function ruleOf({ id, suppressed, vex }: Finding): object {
  const { by = '', reason = '', justification } = suppressed ?? {};
  return {
    vulnerability: id,
    reason: [by, reason].filter((word) => word !== '').join(': '),
    namespace: '',
    ...(by.startsWith('vex:') && vex !== undefined && { 'vex-status': vex.status }),
    ...(justification !== undefined && { 'vex-justification': justification }),
  };
}

function matchOf(finding: Finding, pkg: Package | undefined, report: Report): object {
  const { aliases, related = [], evidence, fixedVersion, upgradeTo } = finding;
  const others = [...new Set([...aliases, ...related])].filter((id) => id !== finding.id && id !== '');
  const { id, version: system } = report.image.distribution ?? { id: '', version: '' };
  const name = finding.package?.name ?? '';
  const version = finding.package?.version ?? '';
  const source = pkg?.source?.name ?? name;
  return {
    vulnerability: vulnerabilityOf(finding, report),
    relatedVulnerabilities: others.map((other) => ({ id: other, dataSource: '', urls: [], cvss: [] })),
    matchDetails: [
      {
        type: source === name ? 'exact-direct-match' : 'exact-indirect-match',
        matcher: grypeMatcher(finding, pkg),
        searchedBy: {
          ...(pkg?.distribution !== undefined && { distro: { type: id, version: system } }),
          package: { name: source, version: pkg?.source?.version ?? version },
        },
        found: {
          vulnerabilityID: finding.id,
          versionConstraint: fixedVersion === undefined ? '' : `< ${fixedVersion}`,
          evidence,
        },
        ...((upgradeTo ?? fixedVersion) !== undefined && { fix: { suggestedVersion: upgradeTo ?? fixedVersion } }),
      },
    ],
    artifact: grypeArtifact(finding, pkg, report),
  };
}

function vulnerabilityOf(finding: Finding, report: Report): object {
  const { id, severity, title, evidence, source, score, fixedVersion, state, related = [] } = finding;
  const url = webAddress(source.url);
  const { epss, epssPercentile, kev, cwes = [] } = score ?? {};
  // Whose day it is nobody recorded: what was known when it was judged.
  const date = (report.asOf ?? report.createdAt).slice(0, 10);
  return {
    id,
    dataSource: url ?? '',
    namespace: source.name,
    severity: severityWords[severity],
    urls: url === undefined ? [] : [url],
    description: title === '' ? evidence : title,
    cvss: cvssOf(finding),
    ...(kev === true && { knownExploited: [{ cve: id, knownRansomwareCampaignUse: 'Unknown' }] }),
    ...(epss !== undefined && { epss: [{ cve: id, epss, percentile: epssPercentile ?? 0, date }] }),
    ...(cwes.length > 0 && { cwes: cwes.map((cwe) => ({ cve: id, cwe })) }),
    fix: {
      versions: fixedVersion === undefined ? [] : [fixedVersion],
      state: fixedVersion !== undefined ? 'fixed' : fixStateOf(state),
    },
    advisories: related.map((one) => ({ id: one, link: '' })),
    risk: riskOf(finding),
  };
}

function fixStateOf(state: Finding['state']): string {
  if (state === 'will-not-fix' || state === 'end-of-life') return 'wont-fix';
  return state === 'affected' || state === 'deferred' ? 'not-fixed' : 'unknown';
}

/** Its metrics are of the base score: a vector of which no version is known has none, and is left out. */
function cvssOf({ score }: Finding): readonly object[] {
  return (score?.cvss ?? []).flatMap(({ version, vector, score: told, source }, index) => {
    const baseScore = told ?? scoreCvss(vector)?.score;
    if (baseScore === undefined) return [];
    return {
      source,
      type: index === 0 ? 'Primary' : 'Secondary',
      version,
      vector,
      metrics: { baseScore },
      vendorMetadata: {},
    };
  });
}

const weights: Readonly<Record<Severity, number>> = {
  critical: 1,
  high: 0.75,
  medium: 0.5,
  low: 0.25,
  negligible: 0.05,
  unknown: 0.5,
};

/** From 0 to 100, as there: how likely it is exploited, times how grave it is. The numbers are ours. */
function riskOf({ severity, score }: Finding): number {
  const threat = score?.kev === true ? 1 : (score?.epss ?? 0);
  return Math.round(threat * weights[severity] * 10_000) / 100;
}
