import type { RuleDoc } from '../../model/check.ts';
import type { Confidence } from '../../model/finding.ts';
import type { ServiceFinding } from '../../model/service-scanner.ts';
import { compareSeverity, type Severity } from '../../model/severity.ts';
import { evidenceOf } from './evidence.ts';
import type { Service } from './service.ts';
import type { Sighting } from './templates/run-http.ts';
import type { Template } from './templates/template.ts';

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
  more: Partial<Pick<ServiceFinding, 'severity' | 'confidence' | 'aliases' | 'source' | 'location'>> = {},
): ServiceFinding {
  const { port, protocol, package: owner, localOnly } = service.door.port;
  const severity = more.severity ?? rule.severity;
  const confidence = more.confidence ?? rule.confidence;
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

/** The rule that one of our templates is. */
export function ruleOfTemplate(template: Template): ServiceRule {
  const { drydock, name, severity, description, remediation, references } = template;
  return {
    id: idOfTemplate(template),
    kind: 'service',
    title: name,
    severity,
    confidence: drydock?.confidence ?? 'medium',
    why: drydock?.why ?? description,
    remediation,
    ...(references.length > 0 && { sources: references }),
    ...(drydock?.caveats !== undefined && { caveats: drydock.caveats }),
  };
}

function idOfTemplate({ id, drydock }: Template): string {
  return drydock === undefined ? `nuclei.${id}` : `service.${id}`;
}

/** What a template saw, as a finding. A severity needs something to be seen: what only lacks something is negligible. */
export function findingOfSighting(template: Template, service: Service, sighting: Sighting): ServiceFinding {
  const { witnesses, shown, names, asked } = sighting;
  const isSeen = witnesses.length > 0 || shown.length > 0;
  const rule = ruleOfTemplate(template);
  const severity: Severity = isSeen || compareSeverity(rule.severity, 'negligible') <= 0 ? rule.severity : 'negligible';
  const { budget, port } = service.door;
  const words = [...names, ...shown.slice(0, 10)].join(', ');
  const parts = [
    `${asked} is answered`,
    ...(words === '' ? [] : [`(${words.slice(0, 500)})`]),
    excerpt(sighting, budget.evidence),
  ];
  // What was told apart by the version that a service claims, its package knows better.
  const isClaim = template.cves.length > 0 && port.package !== undefined;
  return serviceFinding(rule, service, parts.join(' '), {
    severity,
    aliases: template.cves,
    ...(isClaim && { confidence: 'low' as const }),
    ...(template.drydock === undefined && { source: { name: 'nuclei-templates' } }),
  });
}

/** The answer around what matched. */
function excerpt({ answer, witnesses, shown }: Sighting, most: number): string {
  const room = Math.max(80, Math.min(most, 600));
  const at = [...witnesses, ...shown].map((word) => answer.indexOf(word)).find((place) => place >= 0) ?? 0;
  const from = Math.max(0, at - Math.floor(room / 3));
  const cut = answer.slice(from, from + room);
  return `"${from > 0 ? '...' : ''}${cut}${from + room < answer.length ? '...' : ''}"`;
}
