import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { detectRolling } from '../../packages/release/rolling.ts';
import { cleanstartRelease } from './releases.ts';

/** Recognises CleanStart by os-release. */
export function detectCleanStart(file: ReleaseFile): Distribution | undefined {
  return detectRolling(cleanstartRelease, file);
}
