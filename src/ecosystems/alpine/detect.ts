import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { isNamedOtherwise, releaseName } from '../../packages/release/release-name.ts';
import { alpineReleases } from './releases.ts';

/** Recognises Alpine by os-release, or by `alpine-release` where no file names a distribution. */
export function detectAlpine(file: ReleaseFile, others: readonly ReleaseFile[]): Distribution | undefined {
  const branch = branchOf(versionOf(file, others));
  return branch === undefined ? undefined : knownRelease(alpineReleases, 'alpine', branch, 'Alpine Linux');
}

function versionOf(file: ReleaseFile, others: readonly ReleaseFile[]): string {
  const name = releaseName(file);
  if (name !== undefined) return name.id === 'alpine' ? name.version : '';
  if (file.path !== 'etc/alpine-release' || isNamedOtherwise(others, ['alpine'])) return '';
  return file.text.trim();
}

/** `3.20.3` is of the branch v3.20, and so is its candidate `3.20.0_rc1`; `3.21.0_alpha20240807` is edge. */
function branchOf(version: string): string | undefined {
  const parts = /^(\d{1,4})\.(\d{1,4})(?:\.\d{1,4})*(?:_([a-z]+)[0-9a-z_-]*)?$/.exec(version);
  if (parts === null) return undefined;
  const [, major, minor, suffix] = parts;
  return suffix === undefined || suffix === 'rc' ? `v${major}.${minor}` : 'edge';
}
