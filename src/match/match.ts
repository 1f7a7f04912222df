import type { AdvisoryHit, AdvisoryKey, AdvisorySource } from '../model/advisory.ts';
import type { Distribution } from '../model/distribution.ts';
import { distributionTypes, type Ecosystem } from '../model/ecosystem.ts';
import type { Finding } from '../model/finding.ts';
import type { LayerInfo } from '../model/image.ts';
import type { Package } from '../model/package.ts';
import type { Problem } from '../model/problem.ts';
import { type Subject, type WatchedPackage, withoutCopies } from './copies.ts';
import { isExactVersion } from './exact-version.ts';
import { findingsFor } from './finding.ts';
import type { Group } from './group.ts';
import { judgePackage, type PackageJudgement } from './judge.ts';
import { KnownEnrichments } from './known-enrichments.ts';
import { isJudged, type MatchOptions } from './match-options.ts';
import { comparePackages, MatchProblems } from './match-problems.ts';
import { withJudgedOwners } from './owners.ts';
import { withProducts } from './repositories.ts';
import { namesOf, watcher } from './watch.ts';

/** What matching found, and what it could not judge. Both in an order that the input alone decides. */
export interface MatchResult {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

/** What matching looks at of an image. */
export interface MatchedView {
  readonly image: { readonly layers: readonly LayerInfo[] };
  readonly distribution?: Distribution;
  readonly packages: readonly Package[];
}

/**
 * Judges every package of an image against the advisories of whoever watches it: one finding per vulnerability and
 * package, with all places of a package that has copies. All advisories are fetched in one look-up, and what is said of the vulnerabilities that were found in another.
 */
export function matchPackages(
  view: MatchedView,
  ecosystems: readonly Ecosystem[],
  advisories: AdvisorySource,
  options: MatchOptions = {},
): MatchResult {
  const judged = judgePackages(view, ecosystems, advisories, options);
  return judged.conclude(new KnownEnrichments(advisories, judged.names, options.severityOrder));
}

/** What advisories say of the packages of an image, before anybody asked what the vulnerabilities are worth. */
export interface JudgedPackages {
  /** What enrichers may know the vulnerabilities by. */
  readonly names: ReadonlySet<string>;
  /** @param known what they say of `names` */
  conclude(known: KnownEnrichments): MatchResult;
}

/**
 * The first half of `matchPackages`, for those who cannot ask for enrichments in the middle of it.
 * @param advisories answers for repositories alone (`productNames`) where it enriches
 */
export function judgePackages(
  view: MatchedView,
  ecosystems: readonly Ecosystem[],
  advisories: AdvisorySource,
  options: Pick<MatchOptions, 'lockfiles'> = {},
): JudgedPackages {
  const problems = new MatchProblems();
  const subjects = subjectsOf(view, ecosystems, advisories, options, problems);
  const hits = lookUp(subjects, advisories);
  const judged = subjects.map((subject, index) => ({
    subject,
    ...judgePackage(subject.pkg, subject.watch, hits[index]!),
  }));
  return { names: new Set(namesIn(judged)), conclude: (known) => conclude(view, judged, known, problems) };
}

function conclude(
  view: MatchedView,
  judged: readonly (PackageJudgement & { readonly subject: Subject })[],
  known: KnownEnrichments,
  problems: MatchProblems,
): MatchResult {
  const findings: Finding[] = [];
  for (const { subject, ...judgement } of judged) {
    const [affected, unjudged] = [judgement.affected, judgement.unjudged].map((groups) =>
      groups.filter((group) => known.rejection(group) === undefined),
    ) as [Group[], Group[]];
    if (affected.length > 0) {
      for (const finding of findingsFor(subject, affected, view.image.layers, known)) findings.push(finding);
    }
    if (unjudged.length > 0) problems.unjudged(subject.pkg, unjudged);
  }
  return { findings, problems: problems.all() };
}

function* namesIn(judged: readonly PackageJudgement[]): Generator<string> {
  for (const { affected, unjudged } of judged) {
    for (const group of affected) yield* group.ids;
    for (const group of unjudged) yield* group.ids;
  }
}

/** What `matchPackages` will look up, for sources that cannot be asked in the middle of it. */
export function advisoryKeys(
  view: Pick<MatchedView, 'distribution' | 'packages'>,
  ecosystems: readonly Ecosystem[],
  options: Pick<MatchOptions, 'lockfiles'> = {},
): readonly AdvisoryKey[] {
  const watchOf = watcher(view, ecosystems);
  const keys = new Map<string, AdvisoryKey>();
  for (const pkg of view.packages) {
    // Whether an owner stands for it shows only with the advisories.
    const { ownedBy: _, ...free } = pkg;
    const watch = isJudged(free, options) ? watchOf(pkg) : undefined;
    if (watch === undefined) continue;
    const names = namesOf(pkg, watch);
    for (const namespace of watch.namespaces) {
      for (const name of names) keys.set(keyText(namespace, name), { namespace, package: name });
    }
  }
  return [...keys.values()];
}

function keyText(namespace: string, name: string): string {
  return `${namespace}\0${name}`;
}

/** The packages that somebody watches and that are judged themselves, each once; who is left out is noted. */
function subjectsOf(
  view: MatchedView,
  ecosystems: readonly Ecosystem[],
  advisories: AdvisorySource,
  options: MatchOptions,
  problems: MatchProblems,
): readonly Subject[] {
  const watchOf = watcher(view, ecosystems);
  const known = new Map<string, boolean>();
  function isKnown(namespace: string): boolean {
    const answer = known.get(namespace) ?? advisories.hasNamespace(namespace);
    known.set(namespace, answer);
    return answer;
  }
  const systemTypes = distributionTypes(ecosystems);
  const watched: WatchedPackage[] = [];
  const packages = withJudgedOwners(view.packages, watchOf, systemTypes, advisories);
  for (const pkg of withProducts([...packages].sort(comparePackages), advisories)) {
    if (!isJudged(pkg, options)) {
      if (pkg.ownedBy === undefined && pkg.application === undefined) problems.notJudged(pkg);
      continue;
    }
    if (pkg.evidence !== undefined && !isExactVersion(pkg.version)) {
      problems.notExact(pkg);
      continue;
    }
    const watch = watchOf(pkg);
    if (watch === undefined) {
      problems.unwatched(pkg, systemTypes.has(pkg.type));
      continue;
    }
    if (watch.parent !== undefined) problems.judgedByParent(pkg, watch.parent);
    if (!watch.namespaces.some(isKnown)) problems.namespaceMissing(pkg, watch.namespaces);
    else if (watch.ecosystem.lacksRepository?.(pkg) === true) problems.repositoriesUnknown(pkg);
    const product = watch.ecosystem.insteadOfDistribution?.(pkg);
    if (product !== undefined) problems.judgedByProduct(pkg, product);
    // Also where no feed knows the namespace: users may have written something there.
    watched.push({ pkg, watch });
  }
  return withoutCopies(watched);
}

/** Asks for everything at once; the answer has the hits of each package. */
function lookUp(subjects: readonly Subject[], advisories: AdvisorySource): readonly (readonly AdvisoryHit[])[] {
  const places = new Map<string, number>();
  const keys: AdvisoryKey[] = [];
  function placeOf(namespace: string, name: string): number {
    const text = keyText(namespace, name);
    let place = places.get(text);
    if (place === undefined) {
      place = keys.length;
      places.set(text, place);
      keys.push({ namespace, package: name });
    }
    return place;
  }
  const asked = subjects.map(({ pkg, watch }) => {
    const names = namesOf(pkg, watch);
    return watch.namespaces.flatMap((namespace) => names.map((name) => placeOf(namespace, name)));
  });
  const answers = keys.length === 0 ? [] : advisories.lookUp(keys);
  return asked.map((own) => (own.length === 1 ? answers[own[0]!]! : own.flatMap((place) => answers[place]!)));
}
