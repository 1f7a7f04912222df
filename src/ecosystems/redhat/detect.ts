import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { readProductLine } from '../../packages/release/product-line.ts';
import { isNamedOtherwise, releaseName } from '../../packages/release/release-name.ts';
import { centosStream8, redhatReleases } from './releases.ts';

const paths = ['etc/redhat-release', 'etc/centos-release', 'etc/system-release'];
const names: ReadonlyMap<string, string> = new Map([
  ['rhel', 'Red Hat Enterprise Linux'],
  ['centos', 'CentOS'],
]);

/** Recognises Red Hat Enterprise Linux and CentOS by os-release, or by the first line of `redhat-release` and its like. */
export function detectRedHat(file: ReleaseFile, others: readonly ReleaseFile[]): Distribution | undefined {
  const named = releaseName(file);
  if (named !== undefined) return releaseOf(named.id, named.version, file.fields.get('NAME') ?? '');
  // Oracle Linux keeps the text of Red Hat in `redhat-release`, its own in another file.
  const isOracle = others.some(({ path }) => path === 'etc/oracle-release');
  if (!paths.includes(file.path) || isOracle || isNamedOtherwise(others, [...names.keys()])) return undefined;
  const line = readProductLine(file.text);
  if (line === undefined) return undefined;
  return releaseOf(idOf(line.product), line.version, line.product);
}

function idOf(product: string): string {
  if (product.startsWith('Red Hat Enterprise Linux')) return 'rhel';
  return product === 'CentOS' || product.startsWith('CentOS ') ? 'centos' : '';
}

function releaseOf(id: string, version: string, product: string): Distribution | undefined {
  const name = names.get(id);
  const major = /^\d{1,3}(?=\.|$)/.exec(version)?.[0];
  if (name === undefined || major === undefined) return undefined;
  if (id === 'centos' && major === '8' && product === 'CentOS Stream') return centosStream8;
  return knownRelease(redhatReleases, id, major, name);
}
