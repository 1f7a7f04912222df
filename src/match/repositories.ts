import type { AdvisorySource } from '../model/advisory.ts';
import type { Package } from '../model/package.ts';

/** What names of enrichments of repositories begin with. */
export const PRODUCTS_PREFIX = 'repo:';

/** The names under which sources may know products of the repositories of packages. */
export function productNames(packages: readonly Pick<Package, 'repositories'>[]): readonly string[] {
  const lists = new Set(packages.map(({ repositories }) => repositories));
  return [...new Set([...lists].flatMap((list) => list ?? []))].map((name) => PRODUCTS_PREFIX + name);
}

/**
 * Adds to the repositories of packages the CPEs that sources know for them: images name content sets, advisories name
 * products. Repositories stay as they are where no source knows them.
 * @returns the packages in their order
 */
export function withProducts<One extends Pick<Package, 'repositories'>>(
  packages: readonly One[],
  advisories: Pick<AdvisorySource, 'enrich'>,
): readonly One[] {
  if (advisories.enrich === undefined) return packages;
  const asked = productNames(packages);
  if (asked.length === 0) return packages;
  const names = asked.map((name) => name.slice(PRODUCTS_PREFIX.length));
  const answers = advisories.enrich(asked);
  const products = new Map(
    names.map((name, i) => [name, (answers[i] ?? []).flatMap(({ enrichment }) => enrichment.cpes ?? [])]),
  );
  // Packages of one layer share one list.
  const joined = new Map<readonly string[], readonly string[]>();
  return packages.map((pkg) => {
    const { repositories } = pkg;
    if (repositories === undefined) return pkg;
    let all = joined.get(repositories);
    if (all === undefined) {
      all = [...new Set([...repositories, ...repositories.flatMap((name) => products.get(name) ?? [])])].sort();
      joined.set(repositories, all);
    }
    return { ...pkg, repositories: all };
  });
}
