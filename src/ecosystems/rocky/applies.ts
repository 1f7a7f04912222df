import type { Affected } from '../../model/advisory.ts';
import type { Verdict } from '../../model/ecosystem.ts';
import type { Package } from '../../model/package.ts';
import { titledBuildApplies } from '../../packages/rpm/errata-title.ts';

/** Builds of the cloud group number themselves beside those of the distribution: `4.18.0-425.10.1.el8_7.cloud`. */
const cloud = /\.cloud(?:\.|$)/;

/** Modules, architectures and repositories as every rpm, and builds of the cloud group compared with their like. */
export function rockyBuildApplies(
  pkg: Pick<Package, 'name' | 'version' | 'arch' | 'modularity' | 'repositories'>,
  affected: Pick<Affected, 'only' | 'ranges'>,
): Verdict {
  const isMeant = affected.ranges.some(({ fixed }) => cloud.test(fixed ?? ''));
  const isCloud = cloud.test(pkg.version);
  if (isMeant && !isCloud) return { applies: false, reason: 'it is about builds of the cloud group, and this is none' };
  if (!isMeant && isCloud && affected.ranges.length > 0) {
    return { applies: false, reason: 'it is about ordinary builds, and the package is one of the cloud group' };
  }
  return titledBuildApplies(pkg, affected);
}
