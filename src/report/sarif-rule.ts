import type { Finding } from '../model/finding.ts';
import { compareText } from '../model/order.ts';
import { compareSeverity } from '../model/severity.ts';

/** What findings of one id have in common: the gravest of them comes first and speaks for all. */
export interface SarifRule {
  readonly id: string;
  readonly findings: readonly Finding[];
}

/** The rules that findings are of, sorted by their ids. */
export function rulesOf(findings: readonly Finding[]): readonly SarifRule[] {
  return [...Map.groupBy(findings, ({ id }) => id)]
    .map(([id, group]) => ({ id, findings: group.toSorted((a, b) => compareSeverity(b.severity, a.severity)) }))
    .sort((a, b) => compareText(a.id, b.id));
}
