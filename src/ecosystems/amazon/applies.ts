import type { Affected } from '../../model/advisory.ts';
import type { Verdict } from '../../model/ecosystem.ts';
import type { Package } from '../../model/package.ts';
import { rpmBuildApplies } from '../../packages/rpm/builds.ts';
import { holdsNoKernel } from '../../packages/rpm/kernels.ts';
import { extrasPrefix } from './repositories.ts';

/**
 * Architectures and repositories as every rpm. Where it is not known from which repository a package came, the series in
 * the name of a topic of extras has to fit: what `kernel-5.15` brings as 5.15.43 was never a kernel 4.14, which is one of
 * the core repository.
 */
export function amazonBuildApplies(
  pkg: Pick<Package, 'name' | 'version' | 'arch' | 'modularity' | 'repositories'>,
  affected: Pick<Affected, 'only' | 'ranges'>,
): Verdict {
  if (holdsNoKernel(pkg.name)) return { applies: false, reason: `${pkg.name} holds nothing of a kernel that runs` };
  const [repository = ''] = affected.only?.repositories ?? [];
  if (pkg.repositories === undefined && repository.startsWith(extrasPrefix)) {
    const topic = repository.slice(extrasPrefix.length);
    const series = /\d+(?:\.\d+)*$/.exec(topic)?.[0];
    const isOfSeries = series !== undefined && affected.ranges.some(({ fixed }) => isOf(series, fixed ?? ''));
    if (series !== undefined && isOfSeries && !isOf(series, pkg.version)) {
      return { applies: false, reason: `it is about the series ${series} of the extras topic ${topic}` };
    }
  }
  return rpmBuildApplies(pkg, affected);
}

/** Whether a version, its epoch aside, is one of a series: `5.15.43-20` of `5.15`. */
function isOf(series: string, version: string): boolean {
  const upstream = version.slice(version.indexOf(':') + 1);
  return upstream.startsWith(series) && !/^\d/.test(upstream.slice(series.length));
}
