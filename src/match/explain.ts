import type { AdvisoryHit, AdvisorySource } from '../model/advisory.ts';
import { distributionTypes, type Ecosystem } from '../model/ecosystem.ts';
import type { Package } from '../model/package.ts';
import type { ComparisonStep } from '../model/version-scheme.ts';
import type { ImageView } from '../model/view.ts';
import { type Assessment, assess, comparedWith } from './assess.ts';
import { conclude, familyOf, strongest } from './conclusion.ts';
import { copyKey, type WatchedPackage } from './copies.ts';
import { decide } from './decision.ts';
import { isExactVersion } from './exact-version.ts';
import { explainSources, nameWeaknesses } from './explain-sources.ts';
import type {
  ExplainedPackage,
  ExplainedRecord,
  ExplainedVerdict,
  Explanation,
  NamedElsewhere,
} from './explanation.ts';
import { type Group, groupByVulnerability, isCve, isStatement, unsilenced, verdictOn } from './group.ts';
import { KnownEnrichments, rejectionWords } from './known-enrichments.ts';
import { isJudged, type MatchOptions } from './match-options.ts';
import { comparePackages } from './match-problems.ts';
import { withJudgedOwners } from './owners.ts';
import { attempt } from './ranges.ts';
import { rate } from './rating.ts';
import { withProducts } from './repositories.ts';
import { watcher } from './watch.ts';
import { evidenceOf } from './wording.ts';

/** Ids followed from alias to alias. */
const IDS = 100;

/** Explains the verdict on one vulnerability, given by any of its ids, for every package that its records name. */
export function explainVulnerability(
  id: string,
  view: ImageView,
  ecosystems: readonly Ecosystem[],
  advisories: AdvisorySource,
  options: MatchOptions = {},
): Explanation {
  const { hits, ids } = recordsOf(id, advisories);
  const known = new KnownEnrichments(advisories, [id, ...ids], options.severityOrder);
  const enrichments = [id, ...ids.filter((other) => other !== id)].flatMap((name) => known.all(name));
  const titles = [...hits.map(({ advisory }) => advisory), ...enrichments.map(({ enrichment }) => enrichment)].flatMap(
    ({ title }) => title ?? [],
  );
  const watchOf = watcher(view, ecosystems);
  const used = new Set<string>();
  const spoken = new Set<AdvisoryHit>();
  const packages: ExplainedPackage[] = [];
  const unwatched: Package[] = [];
  const explained = new Set<string>();
  const judged = withJudgedOwners(view.packages, watchOf, distributionTypes(ecosystems), advisories);
  for (const pkg of withProducts([...judged].sort(comparePackages), advisories)) {
    const watch = watchOf(pkg);
    if (watch === undefined) {
      if (hits.some((hit) => comparedWith(pkg, hit.affected) !== undefined)) unwatched.push(pkg);
      continue;
    }
    for (const namespace of watch.namespaces) used.add(namespace);
    if (isCopy({ pkg, watch }, explained)) continue;
    const assessments = hits.flatMap((hit) => assess(pkg, hit, watch) ?? []);
    for (const { hit } of assessments) spoken.add(hit);
    if (assessments.length > 0) packages.push(explainPackage(id, pkg, assessments, known, options));
  }
  const elsewhere = namedElsewhere(
    hits.filter((hit) => !spoken.has(hit)),
    view,
    used,
  );
  return {
    id,
    ids,
    ...(titles[0] === undefined ? {} : { title: titles[0] }),
    ...conclude({ id, hits, packages, elsewhere, used, unwatched }, advisories),
    sources: explainSources(id, hits, enrichments),
    weaknesses: nameWeaknesses(enrichments, advisories),
    packages,
    elsewhere,
  };
}

/** Whether a package is the same as one that was explained already, in another place. */
function isCopy(one: WatchedPackage, explained: Set<string>): boolean {
  const key = copyKey(one);
  if (key === undefined) return false;
  const { ownedBy = '', evidence = '', application = '' } = one.pkg;
  const size = explained.size;
  explained.add(`${key}\0${ownedBy}\0${evidence}\0${application}`);
  return explained.size === size;
}

/** All records of the vulnerability, with those that its other ids lead to. */
function recordsOf(id: string, advisories: AdvisorySource): { hits: readonly AdvisoryHit[]; ids: readonly string[] } {
  const records = new Map<string, AdvisoryHit[]>();
  const ids = new Set([id]);
  for (const next of ids) {
    // A record comes back once for each of its rows; other ids bring it again, whole.
    const found = Map.groupBy(advisories.byId(next), (hit) => `${hit.feed}\0${hit.advisory.key}`);
    for (const [key, hits] of found) {
      if (!records.has(key)) records.set(key, hits);
      const { advisory } = hits[0]!;
      // A bundle of several CVEs would lead from one vulnerability to another.
      if (!isCve(advisory.id) && advisory.aliases.filter(isCve).length > 1) continue;
      for (const other of [advisory.id, ...advisory.aliases]) if (ids.size < IDS) ids.add(other);
    }
  }
  const hits = [...records].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, rows]) => rows);
  return { hits, ids: hits.length === 0 ? [] : [...ids].sort() };
}

function explainPackage(
  id: string,
  pkg: Package,
  assessments: readonly Assessment[],
  known: KnownEnrichments,
  options: MatchOptions,
): ExplainedPackage {
  const groups = groupsOf(id, assessments);
  const standing = groups.filter((group) => known.rejection(group) === undefined);
  const rejection = groups.map((group) => known.rejection(group)).find((found) => found !== undefined);
  const verdict = verdictFor(pkg, standing, options);
  // A rejected id is no vulnerability, whatever versions say.
  const isRejected = rejection !== undefined && verdict === 'not-affected';
  return {
    package: { name: pkg.name, version: pkg.version, purl: pkg.purl },
    ...(pkg.source !== undefined && { source: pkg.source }),
    layer: pkg.layer.index,
    verdict,
    reason: isRejected ? `${rejectionWords(rejection)}.` : reasonFor(pkg, verdict, groups),
    ...(verdict === 'affected' && ratingOf(standing, known)),
    records: assessments.map((assessment) => explainRecord(pkg, assessment)),
  };
}

function verdictFor(pkg: Package, groups: readonly Group[], options: MatchOptions): ExplainedVerdict {
  if (pkg.ownedBy !== undefined || pkg.application !== undefined) return 'not-affected';
  const asked = pkg.evidence !== undefined && !(isJudged(pkg, options) && isExactVersion(pkg.version));
  return asked ? 'unjudged' : strongest(groups.map(verdictOn));
}

/** How grave what affects the package is, by whoever counts. */
function ratingOf(groups: readonly Group[], known: KnownEnrichments) {
  const group = groups.find((other) => verdictOn(other) === 'affected')!;
  const { id, rows } = decide(group);
  const enrichments = known.of([id, ...group.ids.filter((other) => other !== id)]);
  const { severity, score } = rate(
    rows.map(({ hit }) => hit),
    enrichments,
    known.order,
  );
  if (severity === 'unknown') return undefined;
  return { severity, severitySource: score?.severitySource ?? rows[0]!.hit.feed };
}

/** The groups that are about the id: a bundle also makes groups of its other CVEs, which are not asked for. */
function groupsOf(id: string, assessments: readonly Assessment[]): readonly Group[] {
  const groups = groupByVulnerability(assessments);
  const own = groups.filter(({ ids }) => ids.includes(id));
  const seen = new Set(own.flatMap((group) => group.assessments));
  return groups.filter((group) => own.includes(group) || group.assessments.some((row) => !seen.has(row)));
}

function explainRecord(pkg: Package, assessment: Assessment): ExplainedRecord {
  const { hit, compared, verdict } = assessment;
  const { affected, advisory } = hit;
  return {
    feed: hit.feed,
    id: advisory.id,
    ...(advisory.urls[0] !== undefined && { url: advisory.urls[0] }),
    namespace: affected.namespace,
    state: affected.state,
    ...(affected.note !== undefined && { note: affected.note }),
    ranges: affected.ranges,
    listed: affected.versions?.length ?? 0,
    compared,
    steps: stepsOf(assessment),
    verdict: verdict.outcome,
    reason: evidenceOf(assessment, pkg),
  };
}

/** The steps of the comparison with the bound that decided. */
function stepsOf({ verdict, compared, scheme }: Assessment): readonly ComparisonStep[] {
  const range = 'range' in verdict ? verdict.range : undefined;
  if (range === undefined) return [];
  const before = verdict.outcome === 'not-affected' && verdict.because === 'before';
  const bound = before ? range.introduced : (range.fixed ?? range.lastAffected ?? range.introduced);
  if (bound === undefined) return [];
  const steps = attempt(() => scheme.explain(compared.version, bound));
  return Array.isArray(steps) ? steps : [];
}

/** The reason of a package: that of the record that decided. */
function reasonFor(pkg: Package, verdict: ExplainedVerdict, groups: readonly Group[]): string {
  if (pkg.ownedBy !== undefined) {
    return `${pkg.name} ${pkg.version} belongs to the distribution package ${pkg.ownedBy} and is judged only through it.`;
  }
  if (pkg.application !== undefined) {
    const file = pkg.locations[0] ?? 'the image';
    return `${file} says that ${pkg.name} is made here and not published: a package of that name elsewhere is another one.`;
  }
  if (pkg.evidence !== undefined && verdict === 'unjudged') {
    const file = pkg.locations[0] ?? pkg.evidence;
    return isExactVersion(pkg.version)
      ? `Only ${file} names ${pkg.name} ${pkg.version}; nothing shows that it is installed, and it is not judged without --lockfiles.`
      : `Only ${file} names ${pkg.name}, and not in one version.`;
  }
  const rows = groups.flatMap((group) => group.assessments);
  const counting = groups.flatMap(unsilenced).filter((row) => row.verdict.outcome === verdict);
  // Where nothing counts, a statement silenced it.
  const deciding = counting[0] ?? rows.find(isStatement) ?? rows[0]!;
  return `${evidenceOf(deciding, pkg)}.`;
}

function namedElsewhere(
  hits: readonly AdvisoryHit[],
  view: ImageView,
  used: ReadonlySet<string>,
): readonly NamedElsewhere[] {
  const families = new Set([...used].map(familyOf));
  const names = new Set(
    view.packages.flatMap((pkg) => [`binary ${pkg.name}`, `source ${pkg.source?.name ?? pkg.name}`]),
  );
  return hits.map(({ affected }) => {
    const { namespace, package: name, nameKind, state } = affected;
    let why: NamedElsewhere['why'] = 'unrelated';
    if (used.has(namespace)) why = 'absent';
    else if (families.has(familyOf(namespace)) && names.has(`${nameKind} ${name}`)) why = 'other-release';
    return { namespace, package: name, nameKind, state, why };
  });
}
