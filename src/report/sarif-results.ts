import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { escapeText } from './escape.ts';
import { fingerprintsOf } from './sarif-fingerprints.ts';
import { exploitationOf } from './sarif-help.ts';
import { SarifLocations } from './sarif-locations.ts';
import type { SarifRule } from './sarif-rule.ts';
import { levels } from './sarif-severity.ts';
import { plainLine } from './sarif-text.ts';
import { countWords, instructionWords } from './words.ts';

/** Findings of one image as results (SARIF 2.1.0, 3.27), in their order. */
export function resultsOf(
  report: Report,
  findings: readonly Finding[],
  rules: readonly SarifRule[],
  fingerprints: ReadonlyMap<Finding, string> = fingerprintMap(findings),
): readonly object[] {
  const locations = new SarifLocations(report);
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  // Of a run all results say it, or none does (3.27.23, 3.27.24).
  const hasSuppressed = findings.some(({ suppressed }) => suppressed !== undefined);
  const hasBaseline = findings.every(({ baseline }) => baseline !== undefined);
  return findings.map((finding) => {
    const { id, severity, suppressed, baseline } = finding;
    const related = locations.related(finding);
    const fingerprint = fingerprints.get(finding)!;
    return {
      ruleId: escapeText(id),
      ruleIndex: indexes.get(id)!,
      level: levels[severity],
      message: { text: messageOf(finding) },
      locations: [locations.primary(finding)],
      ...(related.length > 0 && { relatedLocations: related }),
      // The second is the only one that GitHub reads.
      partialFingerprints: { 'drydockFinding/v1': fingerprint, primaryLocationLineHash: fingerprint },
      ...(hasSuppressed && { suppressions: suppressed === undefined ? [] : [suppressionOf(suppressed)] }),
      ...(hasBaseline && { baselineState: baselineStates[baseline!] }),
      properties: propertiesOf(finding),
    };
  });
}

export function fingerprintMap(findings: readonly Finding[]): ReadonlyMap<Finding, string> {
  const fingerprints = fingerprintsOf(findings);
  return new Map(findings.map((finding, index) => [finding, fingerprints[index]!]));
}

const baselineStates = { new: 'new', graver: 'updated', known: 'unchanged' } as const;

/** Its first sentence is all that is shown where there is little room (3.11.3). */
function messageOf(finding: Finding): string {
  const { id, title, evidence, remediation, layer, hiddenBy, locations = [] } = finding;
  const exploitation = exploitationOf(finding);
  const lines = [
    firstSentence(finding),
    ...(title === id ? [] : [title]),
    evidence,
    ...(remediation === undefined ? [] : [remediation]),
    ...(exploitation === undefined ? [] : [`Exploitation: ${exploitation}.`]),
    ...(layer === undefined ? [] : [`Layer ${layer.index}: ${instructionWords(layer.instruction)}`]),
    ...(hiddenBy === undefined ? [] : [`Hidden by layer ${hiddenBy.index}, but still in the image.`]),
    ...(locations.length > 1 ? [`It stands in ${countWords(locations.length, 'place')}.`] : []),
  ];
  return lines.map((line) => plainLine(line)).join('\n');
}

function firstSentence({ kind, id, title, severity, package: pkg, fixedVersion }: Finding): string {
  const subject = pkg === undefined ? '' : `${pkg.name} ${pkg.version}`.trimEnd();
  if (pkg === undefined || kind !== 'vulnerability') {
    return `${title.replace(/\.$/, '')} [${id}] (${severity})${subject === '' ? '' : `: ${subject}`}.`;
  }
  const fix = fixedVersion === undefined ? 'no fix is known' : `fixed in ${fixedVersion}`;
  return `${subject} is affected by ${id} (${severity}), ${fix}.`;
}

/** Somebody accepts it, or has shown that it is none (3.35): elsewhere, not in the image. */
function suppressionOf({ by, reason, expires, owner, justification }: NonNullable<Finding['suppressed']>): object {
  return {
    kind: 'external',
    status: 'accepted',
    justification: plainLine(reason),
    properties: {
      by: escapeText(by),
      ...(expires !== undefined && { expires }),
      ...(owner !== undefined && { owner: escapeText(owner) }),
      ...(justification !== undefined && { vexJustification: justification }),
    },
  };
}

/** For programs: what the words say, as in the JSON report. */
function propertiesOf(finding: Finding): object {
  const {
    kind,
    severity,
    confidence,
    from,
    package: pkg,
    fixedVersion,
    upgradeTo,
    state,
    layer,
    location,
    score,
    inUse,
    use,
  } = finding;
  return {
    kind,
    severity,
    confidence,
    ...(from !== 'unknown' && { from }),
    ...(pkg !== undefined && {
      package: escapeText(pkg.name),
      version: escapeText(pkg.version),
      purl: escapeText(pkg.purl),
    }),
    ...(fixedVersion !== undefined && { fixedVersion: escapeText(fixedVersion) }),
    ...(upgradeTo !== undefined && { upgradeTo: escapeText(upgradeTo) }),
    ...(state !== undefined && { state }),
    ...(layer !== undefined && { layer: layer.index }),
    ...(layer?.diffId !== undefined && { layerDiffId: escapeText(layer.diffId) }),
    ...(location?.offset !== undefined && { offset: location.offset }),
    ...(inUse !== undefined && { inUse }),
    ...(use !== undefined && { use }),
    ...(score?.kev !== undefined && { kev: score.kev }),
    ...(score?.epss !== undefined && { epss: score.epss }),
  };
}
