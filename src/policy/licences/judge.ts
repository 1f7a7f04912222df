import { join, type LicenceTree, type NamedLicence, type UnknownLicence } from '../../formats/spdx/licence-tree.ts';
import { type LicenceTerm, versionsFrom } from './terms.ts';

/** How a licence stands to a policy, from what may be used to what may not. */
export const standings = ['allowed', 'unknown', 'not-allowed', 'denied'] as const;

export type Standing = (typeof standings)[number];

/** Which licences may be used. */
export interface LicenceRules {
  /** Absent: all that are not denied. */
  readonly allow?: readonly LicenceTerm[];
  readonly deny: readonly LicenceTerm[];
  /** Words that name no licence, and that no term means, are let pass. */
  readonly unknownPasses: boolean;
}

/** How a licence stands, and the words of the policy that say so. */
export interface Judgement {
  readonly standing: Standing;
  /** What is left of it when all that is allowed is taken away; absent where it is allowed. */
  readonly refused?: LicenceTree;
  readonly terms: readonly LicenceTerm[];
}

/**
 * Judges a licence: of licences that all hold the worst counts, of those that one may choose from the best. Words that name no
 * licence are no choice as long as there is another, so that nothing is allowed by not being understood.
 */
export function judgeLicence(tree: LicenceTree, rules: LicenceRules): Judgement {
  switch (tree.kind) {
    case 'licence':
      return judgeNamed(tree, rules);
    case 'unknown': {
      const term = ofText(tree, rules);
      if (term === undefined) return rules.unknownPasses ? allowed : { standing: 'unknown', refused: tree, terms: [] };
      return term.allowed ? allowed : { standing: 'denied', refused: tree, terms: [term.term] };
    }
    default: {
      const judged = choicesOf(tree, rules).map((one) => judgeLicence(one, rules));
      const bad = judged.filter(({ standing }) => standing !== 'allowed');
      if (bad.length === 0 || (tree.kind === 'any' && bad.length < judged.length)) return allowed;
      const ranks = bad.map(({ standing }) => standings.indexOf(standing));
      const standing = standings[tree.kind === 'all' ? Math.max(...ranks) : Math.min(...ranks)]!;
      const deciding = bad.filter((one) => one.standing === standing);
      return {
        standing,
        refused: join(
          tree.kind,
          bad.map(({ refused }) => refused!),
        ),
        terms: [...new Set(deciding.flatMap(({ terms }) => terms))],
      };
    }
  }
}

/** What has to be judged: of licences to choose from those that are known, as long as there is one. */
function choicesOf(
  { kind, of }: Extract<LicenceTree, { readonly of: unknown }>,
  rules: LicenceRules,
): readonly LicenceTree[] {
  if (kind === 'all') return of;
  const known = of.filter((one) => one.kind !== 'unknown' || ofText(one, rules) !== undefined);
  return known.length > 0 ? known : of;
}

const allowed: Judgement = { standing: 'allowed', terms: [] };

/** One that allows later versions may be taken under any of them. */
function judgeNamed(licence: NamedLicence, rules: LicenceRules): Judgement {
  const versions = licence.later ? versionsFrom(licence.id) : [licence.id];
  const judged = versions.map((id) => judgeVersion({ ...licence, id, later: false }, rules));
  const best = judged.toSorted((a, b) => standings.indexOf(a.standing) - standings.indexOf(b.standing))[0]!;
  if (best.standing === 'allowed') return allowed;
  return { standing: best.standing, refused: licence, terms: best.term === undefined ? [] : [best.term] };
}

function judgeVersion(
  licence: NamedLicence,
  rules: LicenceRules,
): { readonly standing: Standing; readonly term?: LicenceTerm } {
  const found = narrowest(rules, (term) => term.meansLicence(licence));
  if (found === undefined) return { standing: rules.allow === undefined ? 'allowed' : 'not-allowed' };
  return found.allowed ? { standing: 'allowed' } : { standing: 'denied', term: found.term };
}

/** The word that means words which name no licence: who denies a licence denies what may be its name, who allows it does not. */
function ofText(text: UnknownLicence, rules: LicenceRules): ReturnType<typeof narrowest> {
  return narrowest(
    rules,
    (term) => term.meansText(text),
    (term) => term.mayMeanText(text),
  );
}

/** The word that means a licence the most narrowly; of two that do so equally, the one that denies. */
function narrowest(
  { allow = [], deny }: LicenceRules,
  measure: (term: LicenceTerm) => number,
  measureDenied = measure,
): { readonly allowed: boolean; readonly term: LicenceTerm } | undefined {
  let best: { readonly allowed: boolean; readonly term: LicenceTerm } | undefined;
  let most = 0;
  for (const [terms, isAllowed] of [[deny, false] as const, [allow, true] as const]) {
    for (const term of terms) {
      const how = isAllowed ? measure(term) : measureDenied(term);
      if (how <= most) continue;
      most = how;
      best = { allowed: isAllowed, term };
    }
  }
  return best;
}
