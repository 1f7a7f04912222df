import type { AdvisoryHit, AdvisorySource } from '../model/advisory.ts';
import type { EnrichmentHit } from '../model/enrichment.ts';
import type { ExplainedSource, Explanation } from './explanation.ts';

/** Everybody who says something of a vulnerability besides which versions have it: each record once. */
export function explainSources(
  asked: string,
  hits: readonly AdvisoryHit[],
  enrichments: readonly EnrichmentHit[],
): readonly ExplainedSource[] {
  const sources = new Map<string, ExplainedSource>();
  for (const { feed, advisory, affected } of hits) {
    // What is said of a package outweighs what is said of the vulnerability.
    const word = affected.severity ?? advisory.severity;
    const severity = word === 'unknown' ? undefined : word;
    const { cvss = [] } = advisory;
    if (severity === undefined && cvss.length === 0) continue;
    const key = JSON.stringify([feed, advisory.id, severity, cvss]);
    if (sources.has(key)) continue;
    sources.set(key, {
      feed,
      ...(advisory.id !== asked && { id: advisory.id }),
      ...(severity !== undefined && { severity }),
      ...(cvss.length > 0 && { cvss }),
    });
  }
  for (const { feed, enrichment } of enrichments) {
    const { name, severity, cvss, cwes, exploited, epss, rejected, cpes, published } = enrichment;
    sources.set(JSON.stringify([feed, name]), {
      feed,
      ...(name !== asked && { id: name }),
      ...(severity !== undefined && { severity }),
      ...(cvss !== undefined && { cvss }),
      ...(cwes !== undefined && { cwes }),
      ...(exploited !== undefined && { exploited }),
      ...(epss !== undefined && { epss }),
      ...(rejected !== undefined && { rejected }),
      ...(cpes !== undefined && { cpes }),
      ...(published !== undefined && { published }),
    });
  }
  return [...sources.values()];
}

/** Weaknesses that anybody names, each once, by number, with what they are called. */
export function nameWeaknesses(
  enrichments: readonly EnrichmentHit[],
  source: Pick<AdvisorySource, 'enrich'>,
): Explanation['weaknesses'] {
  const ids = [...new Set(enrichments.flatMap(({ enrichment }) => enrichment.cwes ?? []))];
  if (ids.length === 0) return [];
  ids.sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)) || (a < b ? -1 : 1));
  const answers = source.enrich?.(ids.map((id) => id.toLowerCase().replace('-', ':'))) ?? [];
  return ids.map((id, index) => {
    const name = answers[index]?.find(({ enrichment }) => enrichment.title !== undefined)?.enrichment.title;
    return { id, ...(name !== undefined && { name }) };
  });
}
