import type { Severity } from '../../model/severity.ts';
import { scoreV2 } from './v2.ts';
import { scoreV3 } from './v3.ts';
import { scoreV4 } from './v4.ts';
import { type CvssVector, parseCvss } from './vector.ts';

/**
 * Version and base score of a CVSS vector, 0 to 10. Metrics beyond the base group are read over.
 * Undefined if the text is no vector of a known version.
 */
export function scoreCvss(
  text: string,
): { readonly version: CvssVector['version']; readonly score: number } | undefined {
  const vector = parseCvss(text);
  if (vector === undefined) return undefined;
  const { version, metrics } = vector;
  const score = version === '4.0' ? scoreV4(metrics) : version === '2.0' ? scoreV2(metrics) : scoreV3(metrics);
  return score === undefined ? undefined : { version, score };
}

/**
 * Word for a base score: the qualitative scale of CVSS 3.1 section 5 and 4.0 section 6; NVD's for version 2.0, which
 * knows no `critical`. A score of 0 is `negligible`: no harm.
 */
export function severityOfScore(score: number, version?: string): Severity {
  if (score <= 0) return 'negligible';
  if (score < 4) return 'low';
  if (score < 7) return 'medium';
  return score < 9 || version === '2.0' ? 'high' : 'critical';
}
