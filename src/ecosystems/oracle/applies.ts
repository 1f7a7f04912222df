import type { Affected } from '../../model/advisory.ts';
import type { Verdict } from '../../model/ecosystem.ts';
import type { Package } from '../../model/package.ts';
import { flavourOf, rpmBuildApplies } from '../../packages/rpm/builds.ts';

/** Modules and architectures as every rpm, and ordinary fixes for ordinary builds alone. */
export function oracleBuildApplies(
  pkg: Pick<Package, 'version' | 'arch' | 'modularity'>,
  affected: Pick<Affected, 'only' | 'ranges'>,
): Verdict {
  const flavour = flavourOf(pkg.version);
  if (flavour !== undefined && affected.only?.flavour === undefined) {
    return { applies: false, reason: `it is about ordinary builds, and the package is one of the ${flavour}` };
  }
  return rpmBuildApplies(pkg, affected);
}
