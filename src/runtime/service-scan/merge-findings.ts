import type { Confidence } from '../../model/finding.ts';
import type { Problem } from '../../model/problem.ts';
import type { ServiceFinding, ServiceName } from '../../model/service-scanner.ts';
import { compareSeverity } from '../../model/severity.ts';

const order: readonly Confidence[] = ['low', 'medium', 'high', 'certain'];

/**
 * Findings of several scanners, each thing once: two are the same where port and rule are, or port and a CVE. The surer one
 * stays, and gets the ids of the other.
 */
export function mergeServiceFindings(findings: Iterable<ServiceFinding>): ServiceFinding[] {
  const merged: (ServiceFinding | undefined)[] = [];
  const places = new Map<string, number>();
  for (const finding of findings) {
    const keys = keysOf(finding);
    const found = [...new Set(keys.map((key) => places.get(key)).filter((at) => at !== undefined))].sort(
      (a, b) => a - b,
    );
    const at = found[0] ?? merged.length;
    let one = finding;
    for (const other of found) {
      if (merged[other] !== undefined) one = surer(merged[other], one);
      merged[other] = undefined;
    }
    merged[at] = one;
    for (const key of keysOf(one)) places.set(key, at);
  }
  return merged.filter((finding) => finding !== undefined);
}

function keysOf({ port, id, aliases }: ServiceFinding): string[] {
  const cves = [id, ...aliases].filter((one) => /^CVE-/.test(one));
  return [id, ...cves].map((one) => `${port.protocol} ${port.port} ${one}`);
}

function surer(a: ServiceFinding, b: ServiceFinding): ServiceFinding {
  const difference =
    order.indexOf(b.confidence) - order.indexOf(a.confidence) || compareSeverity(b.severity, a.severity);
  const [kept, other] = difference > 0 ? [b, a] : [a, b];
  const aliases = [...new Set([...kept.aliases, ...other.aliases, other.id])].filter((id) => id !== kept.id);
  return { ...kept, aliases };
}

/** Tells what a scan gave from each other. */
export function isServiceFinding(item: ServiceFinding | Problem | ServiceName): item is ServiceFinding {
  return 'kind' in item && item.kind !== 'service-name';
}
