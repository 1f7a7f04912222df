import type { ObservedPort } from '../../../model/observation.ts';
import type { ServiceBudget, ServiceFinding } from '../../../model/service-scanner.ts';
import { compareSeverity, type Severity } from '../../../model/severity.ts';
import { evidenceOf } from '../evidence.ts';

/** What a tool says of a port. Texts as they came. */
export interface ToolSaying {
  readonly tool: string;
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** What it saw; without it nothing counts for more than negligible. */
  readonly evidence: string;
  readonly cves: readonly string[];
  readonly remediation?: string;
  readonly url?: string;
}

/** A saying as a finding. What was told apart by a version that the service claims counts less where its package is known. */
export function toolFinding(saying: ToolSaying, port: ObservedPort, budget: ServiceBudget): ServiceFinding {
  const { tool, id, title, evidence, cves, remediation, url } = saying;
  const isSeen = evidence.trim() !== '';
  const severity = isSeen || compareSeverity(saying.severity, 'negligible') <= 0 ? saying.severity : 'negligible';
  const owner = port.package;
  const text = `${port.protocol} ${port.port}: ${tool} says: ${byteText(isSeen ? evidence : title)}`;
  return {
    kind: 'service',
    id,
    aliases: cves.filter((cve) => cve !== id),
    severity,
    confidence: cves.length > 0 && owner !== undefined ? 'low' : 'medium',
    title: evidenceOf(byteText(title), 200),
    from: 'unknown',
    evidence: evidenceOf(text, budget.evidence),
    source: { name: tool, ...(url !== undefined && { url }) },
    ...(remediation !== undefined && { remediation: evidenceOf(byteText(remediation), 1000) }),
    ...(owner !== undefined && { package: owner }),
    port: { protocol: port.protocol, port: port.port },
  };
}

/** A text of Unicode as one byte a character, in UTF-8: as answers of services are. */
function byteText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Ids of CVE in a text, each once. */
export function cvesIn(text: string): string[] {
  return [
    ...new Set(
      text
        .slice(0, 100_000)
        .toUpperCase()
        .match(/\bCVE-\d{4}-\d{4,7}\b/g) ?? [],
    ),
  ].slice(0, 20);
}

/** An id of a tool as part of ours: nothing but letters, digits, and a few signs. */
export function plainId(text: string): string {
  return text.replace(/[^\w.-]+/g, '-').slice(0, 100) || 'unnamed';
}

/** Severities by the words of other tools. */
export function severityOfWord(word: unknown): Severity {
  switch (typeof word === 'string' ? word.toLowerCase() : '') {
    case 'critical':
    case 'fatal':
      return 'critical';
    case 'high':
    case 'error':
      return 'high';
    case 'medium':
    case 'warning':
      return 'medium';
    case 'low':
    case 'note':
      return 'low';
    case 'info':
    case 'ok':
    case 'none':
      return 'negligible';
    default:
      return 'unknown';
  }
}
