import type { AdvisorySource } from '../model/advisory.ts';
import type { Package } from '../model/package.ts';
import { namesOf, type Watch } from './watch.ts';

type WatchOf = (pkg: Package) => Watch | undefined;
type KnownAdvisories = Pick<AdvisorySource, 'hasNamespace' | 'lookUp'>;

/**
 * Packages of languages are judged through the package of the distribution that owns them, if somebody judges that one. One
 * that nobody watches, or of which its distribution never said anything (a vendor's package with libraries in it, or a
 * file list that somebody forged), must not keep them from being judged themselves: those have no owner here.
 * @param systemTypes types of packages of distributions
 * @param advisories absent: not known yet; then owners that are watched at all count
 */
export function withJudgedOwners(
  packages: readonly Package[],
  watchOf: WatchOf,
  systemTypes: ReadonlySet<string>,
  advisories?: KnownAdvisories,
): readonly Package[] {
  const names = new Set(packages.flatMap(({ ownedBy }) => ownedBy ?? []));
  if (names.size === 0) return packages;
  const owners = Map.groupBy(
    packages.filter(({ type, name }) => systemTypes.has(type) && names.has(name)),
    ({ name }) => name,
  );
  const answers = new Map<string, Answer>();
  for (const [name, own] of owners) answers.set(name, answerOf(own, watchOf, advisories));
  const isKnown = (pkg: Package): boolean =>
    watchOf(pkg)?.namespaces.some((namespace) => advisories?.hasNamespace(namespace)) === true;
  return packages.map((pkg) => {
    const { ownedBy, ...free } = pkg;
    // An owner that is not listed was left out by whoever asked.
    const answer = ownedBy === undefined ? 'judged' : (answers.get(ownedBy) ?? 'judged');
    // Nobody fetched advisories for the sake of what a distribution brings.
    return answer === 'nobody' || (answer === 'silent' && isKnown(free)) ? free : pkg;
  });
}

/** Who judges an owner: its distribution, nobody, or a distribution that never said anything of it. */
type Answer = 'judged' | 'silent' | 'nobody';

function answerOf(owners: readonly Package[], watchOf: WatchOf, advisories: KnownAdvisories | undefined): Answer {
  const keys = owners.flatMap((owner) => {
    const watch = watchOf(owner);
    const namespaces = (watch?.namespaces ?? []).filter((one) => advisories?.hasNamespace(one) ?? true);
    if (watch === undefined) return [];
    return namespaces.flatMap((namespace) => namesOf(owner, watch).map((name) => ({ namespace, package: name })));
  });
  if (keys.length === 0) return 'nobody';
  if (advisories === undefined) return 'judged';
  return advisories.lookUp(keys).some((hits) => hits.length > 0) ? 'judged' : 'silent';
}
