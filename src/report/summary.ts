import type { Finding, FindingKind } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { type Severity, severities } from '../model/severity.ts';
import { numberWords } from './words.ts';

/** Counts findings by severity and kind. Suppressed ones do not count. */
export function summarise(findings: readonly Finding[]): Report['summary'] {
  const counting = findings.filter(({ suppressed }) => suppressed === undefined);
  const byKind: Partial<Record<FindingKind, number>> = {};
  for (const { kind } of counting) byKind[kind] = (byKind[kind] ?? 0) + 1;
  return { bySeverity: countBySeverity(counting), byKind };
}

const countedWords: Readonly<Partial<Record<Severity, string>>> = { unknown: 'of unknown severity' };

/** How many of each severity, the gravest first. */
export function countBySeverity(rated: readonly { readonly severity: Severity }[]): Record<Severity, number> {
  const counts = Object.fromEntries(severities.toReversed().map((severity) => [severity, 0])) as Record<
    Severity,
    number
  >;
  for (const { severity } of rated) counts[severity]++;
  return counts;
}

/** `1 critical, 3 high, 1 of unknown severity`: severities that occur, the gravest first. */
export function severityWords(counts: Readonly<Record<Severity, number>>): string {
  return severities
    .toReversed()
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${numberWords(counts[severity])} ${countedWords[severity] ?? severity}`)
    .join(', ');
}
