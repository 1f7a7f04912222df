import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { detectRolling, rollingRelease } from '../../packages/release/rolling.ts';

/** Gentoo has no releases: its `VERSION_ID` is one of `baselayout`. */
export const gentooRelease: Distribution = rollingRelease('gentoo', 'Gentoo');

/** Recognises Gentoo by os-release. */
export function detectGentoo(file: ReleaseFile): Distribution | undefined {
  return detectRolling(gentooRelease, file);
}
