import type { Namespace } from '../model/advisory.ts';
import type { Distribution } from '../model/distribution.ts';
import { type Ecosystem, homeOf } from '../model/ecosystem.ts';
import type { Package } from '../model/package.ts';
import type { ImageView } from '../model/view.ts';

/** Who answers for a package, and where advisories on it stand. */
export interface Watch {
  readonly ecosystem: Ecosystem;
  /** In the ecosystem's order: the first is the most authoritative. */
  readonly namespaces: readonly Namespace[];
  /** Name of the distribution that answers, where the image's own was only made from it. */
  readonly parent?: string;
}

/**
 * Makes the function that finds who watches a package: the ecosystem of its distribution, else that of its type.
 * Its answer is undefined where nobody does.
 */
export function watcher(
  view: Pick<ImageView, 'distribution'>,
  ecosystems: readonly Ecosystem[],
): (pkg: Package) => Watch | undefined {
  const releases = new Map<string, Distribution>();
  const byType = new Map<string, Ecosystem>();
  for (const ecosystem of ecosystems) {
    for (const type of ecosystem.types) if (!byType.has(type)) byType.set(type, ecosystem);
  }
  for (const ecosystem of ecosystems) {
    for (const release of ecosystem.releases ?? []) {
      const key = `${release.id}:${release.version}`;
      if (!releases.has(key)) releases.set(key, release);
    }
  }
  if (view.distribution !== undefined) {
    releases.set(`${view.distribution.id}:${view.distribution.version}`, view.distribution);
  }

  const byDistribution = new Map<string, Ecosystem | undefined>();
  function whoJudges(pkg: Package): Ecosystem | undefined {
    if (pkg.distribution === undefined) return byType.get(pkg.type);
    const { distribution } = pkg;
    if (!byDistribution.has(distribution)) {
      byDistribution.set(distribution, homeOf(distributionOf(distribution, releases), ecosystems));
    }
    const ecosystem = byDistribution.get(distribution);
    if (ecosystem !== undefined) return ecosystem;
    // A derivative that does not say what it was made from must not be judged by the distribution it was derived from: their versions differ.
    const other = byType.get(pkg.type);
    return other?.detect === undefined ? other : undefined;
  }

  return (pkg) => {
    const ecosystem = whoJudges(pkg);
    if (ecosystem === undefined) return undefined;
    const distribution = pkg.distribution === undefined ? undefined : distributionOf(pkg.distribution, releases);
    const namespaces = ecosystem.namespaces(pkg, distribution);
    if (namespaces.length === 0) return undefined;
    const parent = distribution?.parent;
    return { ecosystem, namespaces, ...(parent !== undefined && { parent: releases.get(parent)?.name ?? parent }) };
  };
}

/** The names under which advisories on a package are looked up. */
export function namesOf(
  { name, source }: Pick<Package, 'name' | 'source'>,
  { ecosystem }: Pick<Watch, 'ecosystem'>,
): readonly string[] {
  const own = ecosystem.advisoryName?.(name) ?? name;
  return source === undefined || source.name === name ? [own] : [own, source.name];
}

function idOf(distribution: string): string {
  const colon = distribution.indexOf(':');
  return colon < 0 ? distribution : distribution.slice(0, colon);
}

function distributionOf(text: string, known: ReadonlyMap<string, Distribution>): Distribution {
  const id = idOf(text);
  return known.get(text) ?? { id, version: text.slice(id.length + 1), name: text };
}
