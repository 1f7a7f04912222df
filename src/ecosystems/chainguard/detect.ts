import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { detectRolling } from '../../packages/release/rolling.ts';
import { chainguardRelease } from './releases.ts';

/** Recognises Chainguard by os-release. */
export function detectChainguard(file: ReleaseFile): Distribution | undefined {
  return detectRolling(chainguardRelease, file);
}
