import type { RuleDoc } from '../../model/check.ts';
import { aliasesOf } from '../../secrets/aliases.ts';
import { secretRules } from '../../secrets/forms/index.ts';
import type { SecretRule } from '../../secrets/secret-rule.ts';

/** What a form of secrets says of itself, as a rule of a check does. */
export function secretRuleDoc({ id, title, severity, why, remediation }: SecretRule): RuleDoc {
  return { id, kind: 'secret', title, severity, why, remediation, aliases: aliasesOf(id) };
}

/** All forms of secrets: their ids are those of the findings of the check `secrets`. */
export function secretRuleDocs(): readonly RuleDoc[] {
  return secretRules.map(secretRuleDoc);
}
