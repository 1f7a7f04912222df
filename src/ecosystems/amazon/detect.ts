import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { readProductLine } from '../../packages/release/product-line.ts';
import { isNamedOtherwise, releaseName } from '../../packages/release/release-name.ts';
import { amazonReleases } from './releases.ts';

/** Recognises Amazon Linux by os-release, or by `system-release` where no file names a distribution. */
export function detectAmazon(file: ReleaseFile, others: readonly ReleaseFile[]): Distribution | undefined {
  // Amazon Linux 1 is named by year and month; of later ones the first number is the release: `2023.5.20240916`.
  const version = /^(?:201\d\.\d\d|\d{1,4})(?=\.|$)/.exec(versionOf(file, others))?.[0];
  return version === undefined ? undefined : knownRelease(amazonReleases, 'amzn', version, 'Amazon Linux');
}

function versionOf(file: ReleaseFile, others: readonly ReleaseFile[]): string {
  const name = releaseName(file);
  if (name !== undefined) return name.id === 'amzn' ? name.version : '';
  if (file.path !== 'etc/system-release' || isNamedOtherwise(others, ['amzn'])) return '';
  const line = readProductLine(file.text);
  return line?.product.startsWith('Amazon Linux') === true ? line.version : '';
}
