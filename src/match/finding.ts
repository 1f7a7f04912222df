import type { Confidence, Finding } from '../model/finding.ts';
import type { LayerInfo } from '../model/image.ts';
import type { Package } from '../model/package.ts';
import type { Assessment } from './assess.ts';
import type { Subject } from './copies.ts';
import { comparisonOf, type Decision, decide, fixOf } from './decision.ts';
import type { Group } from './group.ts';
import type { KnownEnrichments } from './known-enrichments.ts';
import { rate } from './rating.ts';
import { remediationFor, removalOf } from './remediation.ts';
import { evidenceOf } from './wording.ts';

/** Characters of a title made from a description. */
const TITLE_LENGTH = 160;

/** The findings of one package, from the groups that affect it. */
export function findingsFor(
  subject: Subject,
  groups: readonly Group[],
  layers: readonly LayerInfo[],
  known: KnownEnrichments,
): Finding[] {
  const cases = groups.map((group) => ({ group, decision: decide(group) }));
  const upgrades = upgradesFor(cases.flatMap(({ decision }) => decision.rows));
  return cases
    .map(({ group, decision }) =>
      findingFor(subject, group, decision, upgrades.get(comparisonOf(decision.rows[0]!)), layers, known),
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
  { pkg, places }: Subject,
  group: Group,
  { id: decided, rows, fixedVersion }: Decision,
  upgradeTo: string | undefined,
  layers: readonly LayerInfo[],
  known: KnownEnrichments,
): Finding {
  const primary = rows[0]!;
  const id = known.idOf(decided, rows);
  const { hit, compared } = primary;
  const hits = rows.map((row) => row.hit);
  const related = [...new Set(hits.flatMap(({ advisory }) => advisory.related ?? []))]
    .filter((other) => !group.ids.includes(other))
    .sort();
  const enrichments = known.of([id, ...group.ids.filter((other) => other !== id)]);
  const { severity, score } = rate(hits, enrichments, known.order);
  const url = hit.advisory.urls[0];
  const layer = layers[pkg.layer.index];
  const path = pkg.locations[0];
  const isMalware = rows.some((row) => row.hit.advisory.id.startsWith('MAL-'));
  const target = fixedVersion === undefined ? undefined : upgradeTo;
  const remediation = isMalware ? removalOf(pkg) : remediationFor(pkg, hit.affected, target, compared.kind);
  return {
    // Records of the malicious-packages collection say that the package itself is the attack.
    kind: isMalware ? 'malware' : 'vulnerability',
    id,
    aliases: group.ids.filter((other) => other !== id),
    ...(related.length > 0 && { related }),
    severity: isMalware ? 'critical' : severity,
    confidence: confidenceIn(pkg),
    title: titleFrom([...hits.map(({ advisory }) => advisory), ...enrichments.map((e) => e.enrichment)]) ?? id,
    layer: { ...pkg.layer, ...(layer?.instruction !== undefined && { instruction: layer.instruction }) },
    ...(layer?.historyIndex !== undefined && { historyIndex: layer.historyIndex }),
    from: 'unknown',
    ...(path !== undefined && { location: { path } }),
    ...(places.length > 1 && { locations: places }),
    evidence: evidenceOf(primary, pkg) + askedWords(pkg),
    source: { name: hit.feed, ...(url !== undefined && { url }) },
    package: { name: pkg.name, version: pkg.version, purl: pkg.purl },
    ...(fixedVersion !== undefined && { fixedVersion }),
    ...(target !== undefined && { upgradeTo: target }),
    state: hit.affected.state,
    ...(score !== undefined && { score }),
    ...(remediation !== undefined && { remediation }),
  };
}

function confidenceIn({ distribution, presence, evidence }: Package): Confidence {
  // What is asked for need not be there.
  if (evidence !== undefined) return 'low';
  // A recovered package may no longer be complete; one of a language may be there without being what it says.
  return distribution !== undefined && presence === 'present' ? 'certain' : 'high';
}

function askedWords({ evidence, locations }: Package): string {
  if (evidence === undefined) return '';
  const file = locations[0] === undefined ? '' : ` (${locations[0]})`;
  return `; a ${evidence}${file} names it, and nothing shows that it is installed`;
}

/** A title of those who have one, the most authoritative first, else the beginning of a description. */
function titleFrom(said: readonly { readonly title?: string; readonly description?: string }[]): string | undefined {
  for (const { title } of said) if (title !== undefined && title !== '') return title;
  for (const { description: text } of said) {
    const description = text?.trim().replace(/\s+/g, ' ');
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
