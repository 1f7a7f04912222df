import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { readProductLine } from '../../packages/release/product-line.ts';
import { isNamedOtherwise, releaseName } from '../../packages/release/release-name.ts';
import { rockyReleases } from './releases.ts';

/** Recognises Rocky Linux by os-release, or by a line of `redhat-release` where no file names a distribution. */
export function detectRocky(file: ReleaseFile, others: readonly ReleaseFile[]): Distribution | undefined {
  const major = /^\d{1,3}(?=\.|$)/.exec(versionOf(file, others))?.[0];
  return major === undefined ? undefined : knownRelease(rockyReleases, 'rocky', major, 'Rocky Linux');
}

function versionOf(file: ReleaseFile, others: readonly ReleaseFile[]): string {
  const name = releaseName(file);
  if (name !== undefined) return name.id === 'rocky' ? name.version : '';
  const isLine = ['etc/redhat-release', 'etc/system-release'].includes(file.path);
  if (!isLine || isNamedOtherwise(others, ['rocky'])) return '';
  const line = readProductLine(file.text);
  return line?.product.startsWith('Rocky Linux') === true ? line.version : '';
}
