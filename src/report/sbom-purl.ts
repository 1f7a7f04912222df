import { parsePackageUrl } from '../formats/package-url.ts';
import type { Package } from '../model/package.ts';
import { formatPurl } from '../model/purl.ts';

/**
 * The package URL as other tools expect it in a document: with the source package (`upstream`), the epoch and the module
 * of an rpm in qualifiers, and releases of Alpine without the `v` of their branch.
 */
export function sbomPurl(pkg: Package): string {
  const parsed = parsePackageUrl(pkg.purl);
  if (parsed === undefined || pkg.distribution === undefined) return pkg.purl;
  const { type, namespace, name, version = '', qualifiers } = parsed;
  const [, epoch, rest] = (type === 'rpm' && /^(\d+):(.+)$/.exec(version)) || [];
  return formatPurl(type, namespace === 'rhel' ? 'redhat' : namespace, name, rest ?? version, {
    ...Object.fromEntries(qualifiers),
    distro: qualifiers.get('distro')?.replace(/^alpine-v/, 'alpine-'),
    epoch,
    upstream: upstreamOf(pkg),
    rpmmod: pkg.modularity,
  });
}

function upstreamOf({ source, version }: Package): string | undefined {
  if (source === undefined) return undefined;
  return source.version === version ? source.name : `${source.name}@${source.version}`;
}
