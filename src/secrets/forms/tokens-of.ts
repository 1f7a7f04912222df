import type { Severity } from '../../model/severity.ts';
import type { NamedRule, TokenRule } from '../secret-rule.ts';

type TokenRow = Pick<TokenRule, 'id' | 'keywords' | 'pattern'> & Partial<TokenRule>;
type NamedRow = Pick<NamedRule, 'id' | 'names' | 'value'> & Partial<NamedRule>;

/** What rules about one issuer have in common. */
export interface Issuer {
  readonly name: string;
  /** Where its tokens are revoked: the rest of a sentence. */
  readonly revoke: string;
  /** What somebody can do with them. */
  readonly why?: string;
  readonly severity?: Severity;
}

/** Rules about tokens of one issuer that have a form of their own. */
export function tokensOf(issuer: Issuer, rows: readonly TokenRow[]): readonly TokenRule[] {
  return rows.map((row) => ({ ...common(issuer), ...row }));
}

/**
 * Rules about secrets of one issuer that are told by the name they are given to. Names that have a word of
 * `assignments.ts` are read anyhow: only others need keywords.
 */
export function namedOf(issuer: Issuer, rows: readonly NamedRow[]): readonly NamedRule[] {
  return rows.map((row) => ({ ...common(issuer), anyCase: true as const, keywords: [], ...row }));
}

function common({ name, revoke, why, severity = 'high' }: Issuer) {
  return {
    title: `${name} token`,
    kind: 'token' as const,
    issuer: name,
    severity,
    why: why ?? `Whoever has it acts at ${name} as the account it was issued to.`,
    remediation: `Revoke it ${revoke}, issue a new one, and give that to the container when it starts.`,
  };
}
