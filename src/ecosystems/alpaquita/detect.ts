import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { releaseName } from '../../packages/release/release-name.ts';
import { alpaquitaNames, alpaquitaReleases } from './releases.ts';

/** Recognises BellSoft's distributions by os-release: `VERSION_ID` is a year or `stream`. */
export function detectAlpaquita(file: ReleaseFile): Distribution | undefined {
  const { id = '', version = '' } = releaseName(file) ?? {};
  const name = alpaquitaNames.get(id);
  const release = /^(?:stream|\d{1,4}(?=\.|$))/.exec(version)?.[0];
  return name === undefined || release === undefined ? undefined : knownRelease(alpaquitaReleases, id, release, name);
}
