import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Affected } from '../../model/advisory.ts';
import type { Verdict } from '../../model/ecosystem.ts';
import type { Package } from '../../model/package.ts';
import { rpmBuildApplies } from '../../packages/rpm/builds.ts';
import { holdsNoKernel } from '../../packages/rpm/kernels.ts';
import { extendedRelease, isEnterpriseLinux, isWithin } from './product.ts';

type Judged = Pick<Package, 'name' | 'version' | 'source' | 'arch' | 'modularity' | 'repositories' | 'distribution'>;
type Row = Pick<Affected, 'only' | 'ranges' | 'state' | 'nameKind'>;

/** Decides for packages of Red Hat and CentOS what names and versions do not tell. */
export function redhatApplies(pkg: Judged, affected: Row): Verdict {
  if (holdsNoKernel(pkg.name)) return no(`${pkg.name} holds nothing of a kernel that runs`);
  const product = productApplies(productsOf(pkg), affected);
  if (!product.applies) return product;
  const { repositories: _own, ...build } = pkg;
  const { repositories: _meant, apart: _others, ...only } = affected.only ?? {};
  const applies = rpmBuildApplies(build, { ...affected, only });
  if (!applies.applies) return applies;
  const version = affected.nameKind === 'source' ? (pkg.source?.version ?? pkg.version) : pkg.version;
  return streamApplies(version, affected);
}

/** CPEs of the products that a package may be of. CentOS has none: what an image of it names is no word of Red Hat's. */
function productsOf({ distribution, repositories = [] }: Pick<Package, 'distribution' | 'repositories'>): string[] {
  return distribution?.startsWith('centos:') === true ? [] : repositories.filter((one) => one.startsWith('cpe:'));
}

/** The extended release that packages are of, where the image names such and not Red Hat Enterprise Linux itself. */
export function extendedReleaseOf(pkg: Pick<Package, 'distribution' | 'repositories'>): string | undefined {
  const cpes = productsOf(pkg);
  return cpes.some(isEnterpriseLinux) ? undefined : cpes.find((cpe) => extendedRelease(cpe) !== undefined);
}

/**
 * Products beside Red Hat Enterprise Linux number their builds on their own: their rows count where the image names the
 * product. Most are installed upon it, so that its fixes count as well; an extended release takes its place, and gets
 * other builds of what is fixed later: where the record has fixes of its own for it, those count. That it is not affected
 * says nothing of packages that may be of a product.
 */
function productApplies(cpes: readonly string[], { only, state, ranges }: Row): Verdict {
  const meant = only?.repositories;
  if (meant !== undefined) {
    if (cpes.length === 0) return no(`it is about ${meant.join(', ')}, which the image does not name`);
    if (cpes.some((cpe) => meant.some((other) => isWithin(cpe, other)))) return { applies: true };
    return no(`it is about ${meant.join(', ')}, and the package is of ${cpes.join(', ')}`);
  }
  const reason = `it is about Red Hat Enterprise Linux itself, and the package is of ${cpes.join(', ')}`;
  if (state === 'not-affected' && !cpes.every(isEnterpriseLinux)) return no(reason);
  const extended = extendedReleaseOf({ repositories: cpes });
  if (state !== 'fixed' || extended === undefined) return { applies: true };
  const release = extendedRelease(extended)!;
  if (ranges.every(({ fixed = '' }) => isBefore(minorOf(fixed), release))) return { applies: true };
  const hasOwn = (only?.apart ?? []).some((other) => cpes.some((cpe) => isWithin(cpe, other) || isWithin(other, cpe)));
  return hasOwn ? no(reason) : { applies: true };
}

/** Whether a minor release, `9.1`, is one before another, or the same. */
function isBefore(minor: string | undefined, other: string): boolean {
  return minor !== undefined && rpmVersions.compare(minor, other) <= 0;
}

/**
 * Minor releases get builds of their own: `3.el9_2.1` has the fix although `5.el9` of the next one does not. So a build
 * of a minor release that got the fix is compared with that fix alone. CentOS puts a word of its own in the place of the
 * minor release: `97.el7.centos.5` is the rebuild of `97.el7_9.5`.
 */
function streamApplies(version: string, { ranges }: Row): Verdict {
  const fixes = ranges.flatMap(({ fixed }) => fixed ?? []);
  if (fixes.length === 0) return { applies: true };
  if (version.includes('.centos')) {
    const rebuilt = version.replace('.centos', '');
    const comparable = minorOf(rebuilt) === undefined ? fixes.map(withoutMinor) : fixes;
    const isFixed = comparable.every((fixed) => rpmVersions.compare(rebuilt, fixed) >= 0);
    return isFixed ? no(`CentOS has the fix in ${version}, its build of ${fixes.join(', ')}`) : { applies: true };
  }
  const minor = minorOf(version);
  const own = minor === undefined ? [] : fixes.filter((fixed) => minorOf(fixed) === minor);
  if (own.length === 0 || own.some((fixed) => rpmVersions.compare(version, fixed) < 0)) return { applies: true };
  return no(`builds for the minor release ${minor} have the fix from ${own.join(', ')} on`);
}

/** `9.2` of `3.el9_2.1` and of `7.module+el9.2.0+22237+51382d7a`. */
function minorOf(version: string): string | undefined {
  const match = /\.el(\d+)_(\d+)/.exec(version) ?? /\.module[+_]el(\d+)\.(\d+)/.exec(version);
  return match === null ? undefined : `${match[1]}.${match[2]}`;
}

function withoutMinor(version: string): string {
  return version.replace(/(\.el\d+)_\d+/, '$1');
}

function no(reason: string): Verdict {
  return { applies: false, reason };
}
