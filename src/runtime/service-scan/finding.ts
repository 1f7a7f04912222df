import type { RuleDoc } from '../../model/check.ts';
import type { Confidence } from '../../model/finding.ts';
import type { ServiceFinding } from '../../model/service-scanner.ts';
import { compareSeverity, type Severity } from '../../model/severity.ts';
import { evidenceOf } from './evidence.ts';
import type { Probe } from './probes/probe.ts';
import type { Sighting } from './probes/run-probe.ts';
import type { Service } from './service.ts';

/** A rule of this scan with how sure it is when it is told. */
export interface ServiceRule extends RuleDoc {
  readonly kind: 'service';
  readonly confidence: Confidence;
}

/** A finding of a rule. */
export function serviceFinding(
  rule: ServiceRule,
  service: Service,
  evidence: string,
  more: Partial<Pick<ServiceFinding, 'severity' | 'location'>> = {},
): ServiceFinding {
  const { port, protocol, package: owner, localOnly } = service.door.port;
  const severity = more.severity ?? rule.severity;
  const { confidence } = rule;
  // What is told of loopback may hold there alone: services trust it.
  const isOnlySeenInside = service.door.from === 'loopback' && !localOnly;
  return {
    kind: 'service',
    id: rule.id,
    aliases: [],
    title: rule.title,
    from: 'unknown',
    evidence: evidenceOf(
      `${protocol} ${port} (${service.name})${fromWhere(service)}: ${evidence}`,
      service.door.budget.evidence,
    ),
    source: { name: 'drydock' },
    remediation: rule.remediation,
    ...(owner !== undefined && { package: owner }),
    port: { protocol, port },
    ...more,
    severity: localOnly && compareSeverity(severity, MOST_INSIDE) > 0 ? MOST_INSIDE : severity,
    confidence: isOnlySeenInside && confidence === 'certain' ? 'high' : confidence,
  };
}

/** How grave anything can be that nobody reaches who is not in the container already, or in its pod. */
const MOST_INSIDE: Severity = 'low';

function fromWhere({ door: { port, from } }: Service): string {
  if (from === 'elsewhere') return ', asked from another address';
  return port.localOnly ? ', which listens on loopback alone' : ', asked from loopback inside the container';
}

/** The rule that a probe is. */
export function ruleOfProbe({
  id,
  name,
  severity,
  confidence,
  why,
  remediation,
  reference,
  caveats,
}: Probe): ServiceRule {
  return {
    id: `service.${id}`,
    kind: 'service',
    title: name,
    severity,
    confidence,
    why,
    remediation,
    ...(reference.length > 0 && { sources: reference }),
    ...(caveats !== undefined && { caveats }),
  };
}

/** What a probe saw, as a finding. A severity needs something to be seen: what only lacks something is negligible. */
export function findingOfSighting(probe: Probe, service: Service, sighting: Sighting): ServiceFinding {
  const { witnesses, shown, asked } = sighting;
  const rule = ruleOfProbe(probe);
  const isSeen = witnesses.length > 0 || shown.length > 0;
  const severity: Severity = isSeen || compareSeverity(rule.severity, 'negligible') <= 0 ? rule.severity : 'negligible';
  const words = shown.slice(0, 10).join(', ');
  const parts = [
    `${asked} is answered`,
    ...(words === '' ? [] : [`(${words.slice(0, 500)})`]),
    excerpt(sighting, service.door.budget.evidence),
  ];
  return serviceFinding(rule, service, parts.join(' '), { severity });
}

/** The answer around what matched. */
function excerpt({ answer, witnesses, shown }: Sighting, most: number): string {
  const room = Math.max(80, Math.min(most, 600));
  const at = [...witnesses, ...shown].map((word) => answer.indexOf(word)).find((place) => place >= 0) ?? 0;
  const from = Math.max(0, at - Math.floor(room / 3));
  const cut = answer.slice(from, from + room);
  return `"${from > 0 ? '...' : ''}${cut}${from + room < answer.length ? '...' : ''}"`;
}
