import type { AdvisorySource } from '../model/advisory.ts';
import type { Package } from '../model/package.ts';

/** How enrichments of repositories are called. */
const PREFIX = 'repo:';

/**
 * Adds to the repositories of packages the CPEs that sources know for them: images name content sets, advisories name
 * products. Repositories stay as they are where no source knows them.
 * @returns the packages in their order
 */
export function withProducts(packages: readonly Package[], advisories: AdvisorySource): readonly Package[] {
  if (advisories.enrich === undefined) return packages;
  const names = [...new Set(packages.flatMap(({ repositories }) => repositories ?? []))];
  if (names.length === 0) return packages;
  const answers = advisories.enrich(names.map((name) => PREFIX + name));
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
