import type { AdvisoryHit } from '../model/advisory.ts';
import type { EnrichmentHit } from '../model/enrichment.ts';
import type { ExplainedSource } from './explanation.ts';

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
