import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { releaseName } from '../../packages/release/release-name.ts';

/** Recognises OpenWrt by os-release: `VERSION_ID` is `23.05.3`, of which the first two numbers are the release, or `snapshot`. */
export function detectOpenwrt(file: ReleaseFile): Distribution | undefined {
  const name = releaseName(file);
  if (name?.id !== 'openwrt') return undefined;
  const version = /^\d{1,4}\.\d{1,4}/.exec(name.version)?.[0] ?? (name.version === 'snapshot' ? 'snapshot' : undefined);
  return version === undefined ? undefined : knownRelease([], 'openwrt', version, 'OpenWrt');
}
