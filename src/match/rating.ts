import { scoreCvss, severityOfScore } from '../formats/cvss/score.ts';
import type { AdvisoryHit, CvssScore } from '../model/advisory.ts';
import type { Severity } from '../model/severity.ts';

/**
 * The severity of a vulnerability from what its records say, most authoritative record first: what a record says of
 * the package, else of the vulnerability, else the best CVSS score; `unknown` where nobody judged it.
 */
export function severityFrom(hits: readonly AdvisoryHit[]): Severity {
  return (
    first(hits.map((hit) => hit.affected.severity)) ??
    first(hits.map((hit) => hit.advisory.severity)) ??
    severityOfScores(scoresFrom(hits)) ??
    'unknown'
  );
}

function first(words: readonly (Severity | undefined)[]): Severity | undefined {
  return words.find((word) => word !== undefined && word !== 'unknown');
}

/** All CVSS scores of the records, each once, computed where only the vector was given; the one that counts first. */
export function scoresFrom(hits: readonly AdvisoryHit[]): readonly CvssScore[] {
  const scores = new Map<string, CvssScore>();
  for (const hit of hits) {
    for (const score of hit.advisory.cvss ?? []) {
      const key = `${score.source} ${score.version} ${score.vector}`;
      if (!scores.has(key)) scores.set(key, withScore(score));
    }
  }
  return [...scores.entries()]
    .sort(([keyA, a], [keyB, b]) => weight(a) - weight(b) || (keyA < keyB ? -1 : 1))
    .map(([, score]) => score);
}

function withScore(score: CvssScore): CvssScore {
  if (score.score !== undefined) return score;
  const computed = scoreCvss(score.vector);
  return computed === undefined ? score : { ...score, score: computed.score };
}

const versions = ['4.0', '3.1', '3.0', '2.0'];

/** Publishers before NVD, then new versions before old ones. */
function weight(score: CvssScore): number {
  const version = versions.indexOf(score.version);
  return (score.source === 'nvd' ? versions.length + 1 : 0) + (version < 0 ? versions.length : version);
}

function severityOfScores(scores: readonly CvssScore[]): Severity | undefined {
  const best = scores.find((score) => score.score !== undefined);
  return best === undefined ? undefined : severityOfScore(best.score!, best.version);
}
