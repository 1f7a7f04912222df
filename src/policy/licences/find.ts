import { allOf, exactText, type LicenceTree, licenceText, readLicence } from '../../formats/spdx/licence-tree.ts';
import type { Finding } from '../../model/finding.ts';
import type { Package } from '../../model/package.ts';
import type { Report } from '../../model/report.ts';
import type { Severity } from '../../model/severity.ts';
import { type Judgement, judgeLicence, type LicenceRules, type Standing } from './judge.ts';

/** Why a licence is a finding. */
export type LicenceFault = Exclude<Standing, 'allowed'>;

/** The `licences` of a policy. */
export interface LicencePolicy extends LicenceRules {
  /** Who says so: `policy.yaml:3`, `--allow-licences`. */
  readonly place: string;
  /** As messages name the file of its terms; absent: they have no lines. */
  readonly file?: string;
  readonly severity: Readonly<Record<LicenceFault, Severity>>;
}

/** What findings have where a policy says nothing else. */
export const usualSeverity: Readonly<Record<LicenceFault, Severity>> = {
  denied: 'high',
  'not-allowed': 'medium',
  unknown: 'low',
};

/** Characters of a licence that a title repeats. */
const SHOWN = 120;

const remediations: Readonly<Record<LicenceFault, string>> = {
  denied: 'Leave the package out, take one with another licence, or except it in the policy with a reason and an end.',
  'not-allowed':
    'Allow the licence in the policy, leave the package out, or except it in the policy with a reason and an end.',
  unknown:
    'Look into the package for its licence, and except it in the policy, or name the words there ("text:..."), so that it is known.',
};

/**
 * The findings of kind `licence`: one for each installed package whose licence a policy does not allow. What is made in the image
 * itself is not judged, and a package of a language that the distribution brought only where nobody told the licence of its own.
 */
export function findLicences(report: Pick<Report, 'image' | 'packages'>, policy: LicencePolicy): readonly Finding[] {
  const { packages, image } = report;
  const told = new Set(packages.filter(hasLicence).map(({ name }) => name));
  const judged = new Map<string, Judged | undefined>();
  return packages.flatMap((pkg) => {
    if (pkg.evidence !== undefined || pkg.application === true) return [];
    if (pkg.ownedBy !== undefined && told.has(pkg.ownedBy)) return [];
    const key = JSON.stringify(pkg.licences);
    if (!judged.has(key)) judged.set(key, judge(pkg.licences, policy));
    const found = judged.get(key);
    return found === undefined ? [] : [findingOf(pkg, found, policy, image)];
  });
}

function hasLicence({ licences, ownedBy }: Package): boolean {
  return ownedBy === undefined && licences.length > 0;
}

/** What no package states (SPDX 2.3, 7.13). */
const NOTHING = 'NOASSERTION';

const trees = new WeakMap<NonNullable<Finding['licence']>, LicenceTree>();

/** What is refused of the licence of a finding, as it was judged, or by its text where the finding was read from a report. */
export function refusedOf(licence: NonNullable<Finding['licence']>): LicenceTree {
  return trees.get(licence) ?? readLicence(licence.refused);
}

interface Judged {
  readonly fault: LicenceFault;
  readonly expression: string;
  readonly refused: LicenceTree;
  readonly terms: Judgement['terms'];
}

function judge(licences: readonly string[], policy: LicencePolicy): Judged | undefined {
  const tree = allOf(licences);
  if (tree === undefined) {
    if (policy.unknownPasses) return undefined;
    return { fault: 'unknown', expression: NOTHING, refused: readLicence(NOTHING), terms: [] };
  }
  const { standing, refused, terms } = judgeLicence(tree, policy);
  if (standing === 'allowed' || refused === undefined) return undefined;
  return { fault: standing, expression: licenceText(tree), refused, terms };
}

function findingOf(
  pkg: Package,
  { fault, expression, refused: tree, terms }: Judged,
  policy: LicencePolicy,
  { layers, base }: Report['image'],
): Finding {
  const { name, version, purl, licences, layer, locations } = pkg;
  const [path] = locations;
  const { instruction } = layers[layer.index] ?? {};
  const stated = expression !== NOTHING;
  const refused = licenceText(tree);
  const licence = { expression, refused: exactText(tree) };
  trees.set(licence, tree);
  const what = stated ? `states ${licences.map((one) => JSON.stringify(cut(one))).join(', ')}` : 'states no licence';
  const asIs = licences.length === 1 && licences[0] === expression;
  const read = stated && !asIs ? `, which is ${cut(expression)}` : '';
  return {
    kind: 'licence',
    id: `licence-${fault}`,
    aliases: [],
    severity: policy.severity[fault],
    confidence: asIs ? 'certain' : 'high',
    title: titleOf(fault, refused),
    layer: { ...layer, ...(instruction !== undefined && { instruction }) },
    from: base?.layers === undefined ? 'unknown' : layer.index < base.layers ? 'base' : 'own',
    ...(path !== undefined && { location: { path } }),
    evidence: `${name} ${version} ${what}${read}; ${whyOf(fault, refused, terms, policy)}`,
    source: { name: policy.place },
    package: { name, version, purl },
    licence,
    remediation: remediations[fault],
  };
}

function titleOf(fault: LicenceFault, refused: string): string {
  if (refused === NOTHING) return 'No licence is known';
  const words = cut(refused);
  if (fault === 'denied') return `The policy denies ${words}`;
  return fault === 'unknown' ? `${words} names no licence that is known` : `The policy does not allow ${words}`;
}

function whyOf(fault: LicenceFault, refused: string, terms: Judged['terms'], { place, file }: LicencePolicy): string {
  if (fault === 'unknown') return `what is not known does not pass (${place})`;
  if (fault === 'not-allowed') return `${cut(refused)} is not among what ${place} allows`;
  const words = terms
    .slice(0, 3)
    .map(({ word, line }) => `${JSON.stringify(word)} (${file === undefined ? place : `${file}:${line}`})`);
  return `denied by ${words.join(', ')}`;
}

function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
