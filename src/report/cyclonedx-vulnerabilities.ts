import { OWN } from '../formats/bom/own-package.ts';
import type { CvssScore } from '../model/cvss.ts';
import type { Finding } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';
import type { SbomEntry } from './sbom-parts.ts';
import { webAddress } from './web-address.ts';

/** Findings that are of packages and stand in a document. */
export const vulnerabilityKinds = ['vulnerability', 'malware'] as const;

/**
 * Findings of packages as CycloneDX has vulnerabilities (1.6, section "vulnerabilities"). Those that say the same of
 * several packages are one.
 */
export function cycloneDxVulnerabilities(
  findings: readonly Finding[],
  entries: readonly SbomEntry[],
): readonly object[] {
  const byPurl = Map.groupBy(entries, ({ pkg }) => pkg.purl);
  const groups = new Map<string, { readonly said: object; readonly affects: Map<string, object> }>();
  for (const finding of findings) {
    if (!vulnerabilityKinds.some((kind) => kind === finding.kind)) continue;
    const entry = entryOf(finding, byPurl);
    if (entry === undefined) continue;
    const said = saidOf(finding);
    const key = JSON.stringify(said);
    let group = groups.get(key);
    if (group === undefined) {
      group = { said, affects: new Map() };
      groups.set(key, group);
    }
    const status = isExcused(finding) ? 'unaffected' : 'affected';
    group.affects.set(entry.ref, {
      ref: entry.ref,
      ...(entry.pkg.version !== '' && {
        versions: [{ version: entry.pkg.version, status }],
      }),
    });
  }
  return [...groups.values()].map(({ said, affects }, index) => ({
    'bom-ref': `vulnerability-${index + 1}`,
    ...said,
    affects: [...affects.values()],
  }));
}

/** Somebody has shown that the image does not have it; to accept it is something else. */
function isExcused({ suppressed }: Finding): boolean {
  return suppressed?.by.startsWith('vex:') === true;
}

/** The package of a finding: of several copies the one in its layer, at its place. */
function entryOf(
  { package: pkg, layer, location }: Finding,
  byPurl: ReadonlyMap<string, readonly SbomEntry[]>,
): SbomEntry | undefined {
  const copies = byPurl.get(pkg?.purl ?? '') ?? [];
  return (
    copies.find(({ pkg: one }) => one.layer.index === layer?.index && one.locations[0] === location?.path) ??
    copies.find(({ pkg: one }) => one.layer.index === layer?.index) ??
    copies[0]
  );
}

function saidOf(finding: Finding): object {
  const { id, aliases, source, score, title, remediation } = finding;
  const cwes = (score?.cwes ?? []).flatMap((cwe) => /^CWE-(\d{1,6})$/.exec(cwe)?.[1] ?? []).map(Number);
  const url = webAddress(source.url);
  const properties = propertiesOf(finding);
  const analysis = analysisOf(finding);
  return {
    id,
    source: { name: source.name, ...(url !== undefined && { url }) },
    ...(aliases.length > 0 && {
      references: aliases.map((alias) => ({ id: alias, source: { name: systemOf(alias) } })),
    }),
    ratings: ratingsOf(finding),
    ...(cwes.length > 0 && { cwes: [...new Set(cwes)] }),
    description: title,
    ...(remediation !== undefined && { recommendation: remediation }),
    ...(url !== undefined && { advisories: [{ url }] }),
    ...(analysis !== undefined && { analysis }),
    ...(properties.length > 0 && { properties }),
  };
}

function propertiesOf({
  kind,
  confidence,
  fixedVersion,
  upgradeTo,
  state,
  score,
  use,
  suppressed,
}: Finding): readonly object[] {
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['kind', kind === 'vulnerability' ? undefined : kind],
    ['confidence', confidence],
    ['state', state],
    ['fixedVersion', fixedVersion],
    ['upgradeTo', upgradeTo],
    ['use', use],
    ['kev', score?.kev === true ? 'true' : undefined],
    ['epss', score?.epss?.toString()],
    ['suppressed:by', suppressed?.by],
    ['suppressed:expires', suppressed?.expires],
  ];
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [{ name: OWN + name, value }]));
}

const severityWords: Readonly<Record<Severity, string>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  negligible: 'info',
  unknown: 'unknown',
};

const methods: ReadonlyMap<string, string> = new Map([
  ['2.0', 'CVSSv2'],
  ['3.0', 'CVSSv3'],
  ['3.1', 'CVSSv31'],
  ['4.0', 'CVSSv4'],
]);

/** What counts first, then the scores of everybody. */
function ratingsOf({ severity, score, source }: Finding): readonly object[] {
  return [
    { source: { name: score?.severitySource ?? source.name }, severity: severityWords[severity] },
    ...(score?.cvss ?? []).map(({ version, vector, score: number, source: name }: CvssScore) => ({
      source: { name },
      ...(number !== undefined && { score: number }),
      method: methods.get(version) ?? 'other',
      vector,
    })),
  ];
}

/** Words of CycloneDX for those of OpenVEX. */
const justifications: ReadonlyMap<string, string> = new Map([
  ['component_not_present', 'code_not_present'],
  ['vulnerable_code_not_present', 'code_not_present'],
  ['vulnerable_code_not_in_execute_path', 'code_not_reachable'],
  ['vulnerable_code_cannot_be_controlled_by_adversary', 'protected_by_mitigating_control'],
  ['inline_mitigations_already_exist', 'protected_by_mitigating_control'],
]);

const states = {
  not_affected: 'not_affected',
  affected: 'exploitable',
  fixed: 'resolved',
  under_investigation: 'in_triage',
} as const;

/** What statements and a policy say of it. That somebody accepts a risk says nothing of whether it is one. */
function analysisOf({ suppressed, vex }: Finding): object | undefined {
  if (suppressed === undefined && vex === undefined) return undefined;
  const justification = justifications.get(suppressed?.justification ?? '');
  const detail = suppressed === undefined ? vex?.statement : suppressed.reason;
  return {
    ...(vex !== undefined && { state: states[vex.status] }),
    ...(justification !== undefined && vex?.status === 'not_affected' && { justification }),
    ...(suppressed?.by.startsWith('policy:') === true && { response: ['will_not_fix'] }),
    ...(detail !== undefined && detail !== '' && { detail }),
  };
}

function systemOf(id: string): string {
  if (id.startsWith('CVE-')) return 'CVE';
  return id.startsWith('GHSA-') ? 'GitHub Security Advisory' : 'Publisher';
}
