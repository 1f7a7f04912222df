import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { releaseName } from '../../packages/release/release-name.ts';
import { bottlerocketReleases } from './releases.ts';

/** Recognises Bottlerocket by os-release: `VERSION_ID=1.20.0`. */
export function detectBottlerocket(file: ReleaseFile): Distribution | undefined {
  const name = releaseName(file);
  if (name?.id !== 'bottlerocket') return undefined;
  const major = /^\d{1,3}(?=\.|$)/.exec(name.version)?.[0];
  return major === undefined ? undefined : knownRelease(bottlerocketReleases, 'bottlerocket', major, 'Bottlerocket');
}
