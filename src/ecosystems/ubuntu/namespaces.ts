import type { Namespace } from '../../model/advisory.ts';
import type { Distribution } from '../../model/distribution.ts';
import type { Package } from '../../model/package.ts';
import { releaseOfParent } from './infer.ts';

/** Versions of Ubuntu Pro: `2.27-3ubuntu1.6+esm6`, `1:4.1.7-4ubuntu0.1~esm1`. */
const PRO = /[+~.]esm\d/;
/** Builds that are certified for FIPS 140: `1.1.1f-1ubuntu2.fips.2.8`, `linux-fips`, `linux-aws-fips`. */
const FIPS = /\bfips\b|Fips/;

/**
 * Where advisories on a package stand. What an image gets is decided for each package: by what its version tells, and
 * by the pockets of Ubuntu Pro that apt has in its sources.
 */
export function ubuntuNamespaces(pkg: Package, distribution: Distribution | undefined): readonly Namespace[] {
  const release = distribution?.id === 'ubuntu' ? distribution : distribution && releaseOfParent(pkg, distribution);
  if (release === undefined) return [];
  const { version } = release;
  const standard = `ubuntu:${version}`;
  const source = pkg.source ?? pkg;
  const pockets = pkg.repositories ?? [];
  // Their code differs, and so do their versions: no other pocket speaks of them.
  if (FIPS.test(source.version) || FIPS.test(source.name)) {
    const own = pockets.filter((pocket) => pocket.startsWith('fips'));
    return (own.length > 0 ? own : ['fips-updates']).map((pocket) => `ubuntu-pro:${pocket}:${version}`);
  }
  const special: Namespace[] = [];
  if (/\brealtime\b/.test(source.name)) special.push(`ubuntu-pro:realtime:${version}`);
  if (/\bbluefield\b/.test(source.name)) special.push(`ubuntu:nvidia-bluefield:${version}`);
  if (pockets.includes('ros-esm')) special.push(`ubuntu-pro:ros-esm:${version}`);
  const isPro = PRO.test(source.version) || pockets.some((pocket) => pocket.startsWith('esm-'));
  return [...special, ...(isPro ? [`ubuntu-pro:${version}`] : []), standard];
}
