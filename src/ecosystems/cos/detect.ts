import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { releaseName } from '../../packages/release/release-name.ts';

/** Recognises Container-Optimized OS by os-release; `VERSION_ID` is the milestone. */
export function detectCos(file: ReleaseFile): Distribution | undefined {
  const name = releaseName(file);
  if (name?.id !== 'cos') return undefined;
  const version = /^\d{1,4}/.exec(name.version)?.[0];
  return version === undefined ? undefined : knownRelease([], 'cos', version, 'Container-Optimized OS');
}
