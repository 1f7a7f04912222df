import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { detectRolling } from '../../packages/release/rolling.ts';
import { archRelease } from './releases.ts';

/** Recognises Arch Linux by os-release. */
export function detectArch(file: ReleaseFile): Distribution | undefined {
  return detectRolling(archRelease, file);
}
