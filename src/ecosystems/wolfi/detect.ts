import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { detectRolling } from '../../packages/release/rolling.ts';
import { wolfiRelease } from './releases.ts';

/** Recognises Wolfi by os-release. */
export function detectWolfi(file: ReleaseFile): Distribution | undefined {
  return detectRolling(wolfiRelease, file);
}
