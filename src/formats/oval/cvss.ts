import type { CvssScore } from '../../model/cvss.ts';
import { scoreCvss } from '../cvss/score.ts';
import type { OvalCve } from './model.ts';

/**
 * The vectors that an advisory gives for a CVE, as `8.1/CVSS:3.0/AV:N/...` or `7.8/AV:N/...`: the number in front is
 * computed anew. What is no vector is left out.
 */
export function ovalCvss(cves: readonly OvalCve[], source: string): CvssScore[] {
  const scores: CvssScore[] = [];
  for (const text of cves.flatMap(({ cvss }) => cvss)) {
    const vector = /^(?:\d{1,2}(?:\.\d{1,2})?\/)?(.{1,400})$/.exec(text.trim())?.[1];
    const scored = vector === undefined ? undefined : scoreCvss(vector);
    if (vector === undefined || scored === undefined || scores.some((one) => one.vector === vector)) continue;
    scores.push({ ...scored, vector, source });
  }
  return scores;
}
