import type { RuleDoc } from '../model/check.ts';
import type { Finding } from '../model/finding.ts';
import type { LayerInfo } from '../model/image.ts';
import { placeOf } from './place.ts';

/** What a rule and a layer do not say: what was seen, and whatever else the finding has. */
export type FindingDetails = Pick<Finding, 'evidence'> & Partial<Omit<Finding, 'kind' | 'id'>>;

/**
 * A finding of a rule.
 *
 * @param layer The one that is to blame, if it is known.
 * @param more Outweighs what the rule says: a lower `confidence`, another `severity`.
 */
export function findingOf(rule: RuleDoc, layer: LayerInfo | undefined, more: FindingDetails): Finding {
  return {
    kind: rule.kind,
    id: rule.id,
    // `TOOL:ID` says whose id it is; who ignores the other's id means this.
    aliases: (rule.aliases ?? []).map((alias) => alias.slice(alias.indexOf(':') + 1)),
    severity: rule.severity,
    confidence: 'certain',
    title: rule.title,
    ...placeOf(layer),
    from: 'unknown',
    source: { name: 'drydock' },
    remediation: rule.remediation,
    ...more,
  };
}
