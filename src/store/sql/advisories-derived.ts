import { hash } from 'node:crypto';
import { rate } from '../../match/rating.ts';
import type { AdvisoryHit, Affected } from '../../model/advisory.ts';
import type { CvssScore } from '../../model/cvss.ts';
import type { EnrichmentHit } from '../../model/enrichment.ts';
import { compareText } from '../../model/order.ts';
import { type Severity, severities } from '../../model/severity.ts';
import type { StoredSeverity } from '../package-version.ts';
import { storable } from './storable.ts';

/** What all records of a vulnerability in one namespace say together. */
export interface DerivedVulnerability {
  readonly description: string;
  readonly link: string;
  readonly severity: StoredSeverity;
  readonly metadata: string;
  /** By package; null: no version fixes it, yet. */
  readonly fixes: readonly (readonly [name: string, version: string | null])[];
  /** Differs whenever anything of this differs, or which versions are affected. */
  readonly digest: string;
}

/** Characters of a link (Clair v1). */
const LINK = 128;

const severityNames: Readonly<Record<Severity, StoredSeverity>> = {
  unknown: 'Unknown',
  negligible: 'Negligible',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
};

/**
 * Makes the row of a vulnerability from its records.
 * @param hits one for each entry of the namespace; at least one
 * @param isBelow how versions of the namespace compare; false where they cannot be
 * @param enrichments what enrichers say of it
 */
export function deriveVulnerability(
  hits: readonly AdvisoryHit[],
  isBelow: (a: string, b: string) => boolean,
  enrichments: readonly EnrichmentHit[] = [],
): DerivedVulnerability {
  const ordered = [...hits].sort(
    (a, b) => compareText(a.feed, b.feed) || compareText(a.advisory.key, b.advisory.key) || weigh(a) - weigh(b),
  );
  const open = ordered.filter(({ affected }) => affected.state !== 'not-affected');
  const description = storable(first(ordered, 'description') ?? first(ordered, 'title') ?? '');
  const link = storable(
    ordered.flatMap(({ advisory }) => advisory.urls.slice(0, 1)).find((url) => url.length <= LINK) ?? '',
  );
  const severity = severityNames[rate(open.length > 0 ? open : ordered, enrichments).severity];
  const metadata = metadataOf(rate(ordered, enrichments).score?.cvss ?? []);
  const fixes = fixesOf(open, isBelow);
  const judged = ordered.map(({ affected }) => judgedPart(affected));
  const digest = hash('sha256', JSON.stringify([description, link, severity, metadata, fixes, judged])).slice(0, 32);
  return { description, link, severity, metadata, fixes, digest };
}

function weigh({ affected }: AdvisoryHit): number {
  return severities.length - severities.indexOf(affected.severity ?? 'unknown');
}

function first(hits: readonly AdvisoryHit[], field: 'description' | 'title'): string | undefined {
  for (const { advisory } of hits) {
    const text = advisory[field];
    if (text !== undefined && text !== '') return text;
  }
  return undefined;
}

/** What decides whether a version is affected. */
function judgedPart({ package: name, nameKind, state, ranges, versions, only }: Affected): unknown {
  return [name, nameKind, state === 'not-affected', ranges, versions, ...(only === undefined ? [] : [only])];
}

/** A version that fixes a package fixes it whichever range was meant: the last of them. An open range has none. */
function fixesOf(
  open: readonly AdvisoryHit[],
  isBelow: (a: string, b: string) => boolean,
): readonly (readonly [string, string | null])[] {
  const fixes = new Map<string, string | null>();
  for (const { affected } of open) {
    const name = storable(affected.package);
    const ends = affected.ranges.map(({ fixed }) => (fixed === undefined ? null : storable(fixed)));
    for (const end of ends.length > 0 ? ends : [null]) {
      const known = fixes.get(name);
      if (known === null) continue;
      if (known === undefined || end === null || isBelow(known, end)) fixes.set(name, end);
    }
  }
  return [...fixes].sort(([a], [b]) => compareText(a, b));
}

/** Scores as Clair keeps those of the NVD; where that gave none, of whoever did. Keys are sorted, as it stores them. */
function metadataOf(scores: readonly CvssScore[]): string {
  const second = preferred(scores, ['2.0']);
  const third = preferred(scores, ['3.1', '3.0']);
  if (second === undefined && third === undefined) return '';
  const nvd = {
    ...(second !== undefined && { CVSSv2: { Score: second.score, Vectors: storable(second.vector) } }),
    ...(third !== undefined && { CVSSv3: { Score: third.score, Vectors: storable(third.vector) } }),
  };
  return JSON.stringify({ NVD: nvd });
}

function preferred(scores: readonly CvssScore[], versions: readonly string[]): CvssScore | undefined {
  const scored = scores.filter(({ version, score }) => versions.includes(version) && score !== undefined);
  return scored.find(({ source }) => source === 'nvd') ?? scored[0];
}
