import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { readProductLine } from '../../packages/release/product-line.ts';
import { isNamedOtherwise, releaseName } from '../../packages/release/release-name.ts';
import { oracleReleases } from './releases.ts';

/** Recognises Oracle Linux by os-release, or by `oracle-release` where no file names a distribution. */
export function detectOracle(file: ReleaseFile, others: readonly ReleaseFile[]): Distribution | undefined {
  const major = /^\d{1,3}(?=\.|$)/.exec(versionOf(file, others))?.[0];
  return major === undefined ? undefined : knownRelease(oracleReleases, 'ol', major, 'Oracle Linux');
}

function versionOf(file: ReleaseFile, others: readonly ReleaseFile[]): string {
  const name = releaseName(file);
  if (name !== undefined) return name.id === 'ol' ? name.version : '';
  if (file.path !== 'etc/oracle-release' || isNamedOtherwise(others, ['ol'])) return '';
  const line = readProductLine(file.text);
  return line?.product.startsWith('Oracle Linux') === true ? line.version : '';
}
