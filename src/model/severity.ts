/** From the least to the gravest; `unknown` is no judgement and sorts below all. */
export const severities = ['unknown', 'negligible', 'low', 'medium', 'high', 'critical'] as const;

export type Severity = (typeof severities)[number];

/** Order of severities: negative when `a` is less grave than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b);
}

/**
 * Who may decide the severity of a vulnerability: the publisher of the advisory by its word, or by its CVSS; who assigned
 * the CVE (CNA); who added to its record (ADP: CISA); NVD.
 */
export const severityAuthors = ['vendor', 'vendor-cvss', 'cna', 'adp', 'nvd'] as const;

export type SeverityAuthor = (typeof severityAuthors)[number];
