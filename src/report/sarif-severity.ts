import type { Confidence, Finding } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';

export type SarifLevel = 'error' | 'warning' | 'note';

/** SARIF knows three levels (3.27.10). What nobody judged may be grave: it gets the level that SARIF takes by itself. */
export const levels: Readonly<Record<Severity, SarifLevel>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  negligible: 'note',
  unknown: 'warning',
};

/** How often a rule is right, in the words of code hosts. */
export const precisions: Readonly<Record<Confidence, string>> = {
  certain: 'very-high',
  high: 'high',
  medium: 'medium',
  low: 'low',
};

interface Band {
  readonly least: number;
  readonly most: number;
  /** Where there is no score. */
  readonly middle: number;
}

/** Scores that code hosts show as a severity; below `low` there is nothing that they would show. */
const bands: Readonly<Partial<Record<Severity, Band>>> = {
  critical: { least: 9, most: 10, middle: 9.5 },
  high: { least: 7, most: 8.9, middle: 8 },
  medium: { least: 4, most: 6.9, middle: 5.5 },
  low: { least: 0.1, most: 3.9, middle: 2 },
  negligible: { least: 0.1, most: 0.1, middle: 0.1 },
};

/**
 * The number that code hosts make a severity of (`security-severity`): the CVSS score that counts first, moved to the
 * nearest one that they show as our severity, since publishers may judge otherwise than the score. Undefined where the
 * severity is not known.
 */
export function securitySeverity({ severity, score }: Pick<Finding, 'severity' | 'score'>): string | undefined {
  const band = bands[severity];
  if (band === undefined) return undefined;
  const cvss = score?.cvss.find((one) => one.score !== undefined)?.score;
  return (cvss === undefined ? band.middle : Math.min(band.most, Math.max(band.least, cvss))).toFixed(1);
}
