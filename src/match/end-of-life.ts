import type { AdvisorySource } from '../model/advisory.ts';
import type { Distribution } from '../model/distribution.ts';

/** The distribution with the end of its life as an enricher knows it: our own tables are as old as the program. */
export function withEndOfLife(distribution: Distribution, source: Pick<AdvisorySource, 'enrich'>): Distribution {
  const name = `eol:${distribution.id}/${distribution.version.replace(/^v/, '')}`;
  const hits = source.enrich?.([name])[0] ?? [];
  const endOfLife = hits.find(({ enrichment }) => enrichment.endOfLife !== undefined)?.enrichment.endOfLife;
  return endOfLife === undefined ? distribution : { ...distribution, endOfLife };
}
