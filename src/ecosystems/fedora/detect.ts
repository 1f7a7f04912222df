import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { readProductLine } from '../../packages/release/product-line.ts';
import { isNamedOtherwise, releaseName } from '../../packages/release/release-name.ts';
import { fedoraReleases } from './releases.ts';

/** Recognises Fedora Linux by os-release, or by a line of `redhat-release` where no file names a distribution. */
export function detectFedora(file: ReleaseFile, others: readonly ReleaseFile[]): Distribution | undefined {
  const version = /^\d{1,3}$/.exec(versionOf(file, others))?.[0];
  return version === undefined ? undefined : knownRelease(fedoraReleases, 'fedora', version, 'Fedora Linux');
}

function versionOf(file: ReleaseFile, others: readonly ReleaseFile[]): string {
  const name = releaseName(file);
  if (name !== undefined) return name.id === 'fedora' ? name.version : '';
  const isLine = ['etc/redhat-release', 'etc/system-release'].includes(file.path);
  if (!isLine || isNamedOtherwise(others, ['fedora'])) return '';
  const line = readProductLine(file.text);
  return line?.product.startsWith('Fedora') === true ? line.version : '';
}
