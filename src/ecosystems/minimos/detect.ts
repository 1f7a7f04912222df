import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { detectRolling } from '../../packages/release/rolling.ts';
import { minimosRelease } from './releases.ts';

/** Recognises MinimOS by os-release. */
export function detectMinimOS(file: ReleaseFile): Distribution | undefined {
  return detectRolling(minimosRelease, file);
}
