import type { AdvisoryHit } from '../model/advisory.ts';
import type { Finding } from '../model/finding.ts';
import type { LayerInfo } from '../model/image.ts';
import type { Package } from '../model/package.ts';
import type { Assessment } from './assess.ts';
import { comparisonOf, type Decision, decide, fixOf } from './decision.ts';
import type { Group } from './group.ts';
import { scoresFrom, severityFrom } from './rating.ts';
import { remediationFor } from './remediation.ts';
import { evidenceOf } from './wording.ts';

/** Characters of a title made from a description. */
const TITLE_LENGTH = 160;

/** The findings of one package, from the groups that affect it. */
export function findingsFor(pkg: Package, groups: readonly Group[], layers: readonly LayerInfo[]): Finding[] {
  const cases = groups.map((group) => ({ group, decision: decide(group) }));
  const upgrades = upgradesFor(cases.flatMap(({ decision }) => decision.rows));
  return cases
    .map(({ group, decision }) =>
      findingFor(pkg, group, decision, upgrades.get(comparisonOf(decision.rows[0]!)), layers),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** For each kind of comparison the least version that fixes everything that can be fixed. */
function upgradesFor(rows: readonly Assessment[]): ReadonlyMap<string, string | undefined> {
  const kinds = new Map<string, Assessment[]>();
  for (const row of rows) {
    const kind = comparisonOf(row);
    const others = kinds.get(kind);
    if (others === undefined) kinds.set(kind, [row]);
    else others.push(row);
  }
  return new Map([...kinds].map(([kind, group]) => [kind, fixOf(group)]));
}

function findingFor(
  pkg: Package,
  group: Group,
  { id, rows, fixedVersion }: Decision,
  upgradeTo: string | undefined,
  layers: readonly LayerInfo[],
): Finding {
  const primary = rows[0]!;
  const { hit, compared } = primary;
  const hits = rows.map((row) => row.hit);
  const related = [...new Set(hits.flatMap(({ advisory }) => advisory.related ?? []))]
    .filter((other) => !group.ids.includes(other))
    .sort();
  const cvss = scoresFrom(hits);
  const url = hit.advisory.urls[0];
  const layer = layers[pkg.layer.index];
  const path = pkg.locations[0];
  const target = fixedVersion === undefined ? undefined : upgradeTo;
  const remediation = remediationFor(pkg, hit.affected.state, target, compared.kind);
  return {
    // Records of the malicious-packages collection say that the package itself is the attack.
    kind: id.startsWith('MAL-') ? 'malware' : 'vulnerability',
    id,
    aliases: group.ids.filter((other) => other !== id),
    ...(related.length > 0 && { related }),
    severity: id.startsWith('MAL-') ? 'critical' : severityFrom(hits),
    // A recovered package may no longer be complete; a language package may be there without being what it says.
    confidence: pkg.distribution !== undefined && pkg.presence === 'present' ? 'certain' : 'high',
    title: titleFrom(hits) ?? id,
    layer: { ...pkg.layer, ...(layer?.instruction !== undefined && { instruction: layer.instruction }) },
    ...(layer?.historyIndex !== undefined && { historyIndex: layer.historyIndex }),
    from: 'unknown',
    ...(path !== undefined && { location: { path } }),
    evidence: evidenceOf(primary, pkg),
    source: { name: hit.feed, ...(url !== undefined && { url }) },
    package: { name: pkg.name, version: pkg.version, purl: pkg.purl },
    ...(fixedVersion !== undefined && { fixedVersion }),
    ...(target !== undefined && { upgradeTo: target }),
    state: hit.affected.state,
    ...(cvss.length > 0 && { score: { cvss } }),
    ...(remediation !== undefined && { remediation }),
  };
}

function titleFrom(hits: readonly AdvisoryHit[]): string | undefined {
  for (const { advisory } of hits) if (advisory.title !== undefined && advisory.title !== '') return advisory.title;
  for (const { advisory } of hits) {
    const description = advisory.description?.trim().replace(/\s+/g, ' ');
    if (description !== undefined && description !== '') return beginningOf(description);
  }
  return undefined;
}

/** The first sentence, or as many whole words of it as a title may have. */
function beginningOf(text: string): string {
  const end = text.search(/[.!?](?= [A-Z]|$)/);
  const sentence = end < 0 ? text : text.slice(0, end + 1);
  if (sentence.length <= TITLE_LENGTH) return sentence;
  const cut = sentence.lastIndexOf(' ', TITLE_LENGTH);
  return `${sentence.slice(0, cut > 0 ? cut : TITLE_LENGTH)} ...`;
}
