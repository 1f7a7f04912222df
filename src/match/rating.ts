import { scoreCvss, severityOfScore } from '../formats/cvss/score.ts';
import type { AdvisoryHit } from '../model/advisory.ts';
import type { CvssScore } from '../model/cvss.ts';
import type { EnrichmentHit } from '../model/enrichment.ts';
import type { FindingScore } from '../model/finding.ts';
import { type Severity, type SeverityAuthor, severityAuthors } from '../model/severity.ts';

/** How grave a vulnerability is, who decided that, and what everybody says of it. */
export interface Rating {
  readonly severity: Severity;
  /** Absent where nobody says anything. */
  readonly score?: FindingScore;
}

/** Authors in the order in which they are asked: those of `first`, then the others as usual. */
export function severityOrder(first: readonly SeverityAuthor[] = []): readonly SeverityAuthor[] {
  return [...new Set([...first, ...severityAuthors])];
}

/**
 * Rates a vulnerability by its records, the most authoritative first, and by what enrichers say of it. The first author
 * in `order` who judged it decides; by CVSS, its newest version does. See docs/severity.md.
 */
export function rate(
  hits: readonly AdvisoryHit[],
  enrichments: readonly EnrichmentHit[] = [],
  order: readonly SeverityAuthor[] = severityAuthors,
): Rating {
  const cvss = scoresOf(hits, enrichments, order);
  const decision = decideSeverity(hits, enrichments, cvss, order);
  const score = scoreOf(cvss, enrichments, decision);
  return { severity: decision?.severity ?? 'unknown', ...(score !== undefined && { score }) };
}

interface Decision {
  readonly severity: Severity;
  readonly source: string;
}

function decideSeverity(
  hits: readonly AdvisoryHit[],
  enrichments: readonly EnrichmentHit[],
  cvss: readonly CvssScore[],
  order: readonly SeverityAuthor[],
): Decision | undefined {
  for (const author of order) {
    const decision = decisionOf(author, hits, enrichments, cvss);
    if (decision !== undefined) return decision;
  }
  return undefined;
}

function decisionOf(
  author: SeverityAuthor,
  hits: readonly AdvisoryHit[],
  enrichments: readonly EnrichmentHit[],
  cvss: readonly CvssScore[],
): Decision | undefined {
  if (author === 'vendor') {
    const own = hits.find(({ affected }) => isJudged(affected.severity));
    if (own !== undefined) return { severity: own.affected.severity as Severity, source: own.feed };
    const word = hits.find(({ advisory }) => isJudged(advisory.severity));
    return word === undefined ? undefined : { severity: word.advisory.severity, source: word.feed };
  }
  const best = cvss.find((score) => score.score !== undefined && authorOf(score) === author);
  if (best !== undefined) return { severity: severityOfScore(best.score!, best.version), source: best.source };
  if (author !== 'cna') return undefined;
  const word = enrichments.find(({ enrichment }) => isJudged(enrichment.severity));
  return word === undefined ? undefined : { severity: word.enrichment.severity as Severity, source: 'cna' };
}

function isJudged(severity: Severity | undefined): boolean {
  return severity !== undefined && severity !== 'unknown';
}

function authorOf({ source }: CvssScore): SeverityAuthor {
  if (source === 'nvd') return 'nvd';
  if (source.startsWith('cna:')) return 'cna';
  return source.startsWith('adp:') ? 'adp' : 'vendor-cvss';
}

function scoresOf(
  hits: readonly AdvisoryHit[],
  enrichments: readonly EnrichmentHit[],
  order: readonly SeverityAuthor[],
): readonly CvssScore[] {
  const scores = new Map<string, CvssScore>();
  const all = [
    ...hits.flatMap(({ advisory }) => advisory.cvss ?? []),
    ...enrichments.flatMap(({ enrichment }) => enrichment.cvss ?? []),
  ];
  for (const score of all) {
    // NVD repeats what a CNA or ADP says, by another name of theirs; a publisher what others computed.
    const author = authorOf(score);
    const who = author === 'cna' || author === 'adp' ? author : score.source;
    const key = `${who} ${score.version} ${score.vector}`;
    if (!scores.has(key)) scores.set(key, withScore(score));
  }
  const weight = ({ version, ...score }: CvssScore): number => {
    const place = versions.indexOf(version);
    return order.indexOf(authorOf({ version, ...score })) * 10 + (place < 0 ? versions.length : place);
  };
  return [...scores.entries()]
    .sort(([keyA, a], [keyB, b]) => weight(a) - weight(b) || (keyA < keyB ? -1 : 1))
    .map(([, score]) => score);
}

const versions = ['4.0', '3.1', '3.0', '2.0'];

function withScore(score: CvssScore): CvssScore {
  if (score.score !== undefined) return score;
  const computed = scoreCvss(score.vector);
  return computed === undefined ? score : { ...score, score: computed.score };
}

function scoreOf(
  cvss: readonly CvssScore[],
  enrichments: readonly EnrichmentHit[],
  decision: Decision | undefined,
): FindingScore | undefined {
  const epss = enrichments.find(({ enrichment }) => enrichment.epss !== undefined)?.enrichment.epss;
  const isExploited = enrichments.some(({ enrichment }) => enrichment.exploited !== undefined);
  const cwes = new Set(enrichments.flatMap(({ enrichment }) => enrichment.cwes ?? []));
  if (cvss.length === 0 && enrichments.length === 0) return undefined;
  return {
    cvss,
    ...(epss !== undefined && { epss: epss.score }),
    ...(epss?.percentile !== undefined && { epssPercentile: epss.percentile }),
    ...(isExploited && { kev: true }),
    // Without enrichers there is nobody but the publisher, whom the finding names anyway.
    ...(decision !== undefined && enrichments.length > 0 && { severitySource: decision.source }),
    ...(cwes.size > 0 && { cwes: [...cwes].sort(compareCwes) }),
  };
}

function compareCwes(a: string, b: string): number {
  return Number(a.slice(4)) - Number(b.slice(4)) || (a < b ? -1 : 1);
}
