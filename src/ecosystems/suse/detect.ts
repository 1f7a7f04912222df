import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { releaseName } from '../../packages/release/release-name.ts';
import { ROLLING, suseNames, suseReleases } from './releases.ts';

/** IDs of systems that roll on with Tumbleweed and get its packages. */
const rolling = new Set(['opensuse-tumbleweed', 'opensuse-microos']);

/** Recognises SUSE Linux Enterprise and openSUSE by os-release. */
export function detectSuse(file: ReleaseFile): Distribution | undefined {
  const { id = '', version = '' } = releaseName(file) ?? {};
  if (rolling.has(id)) {
    return suseReleases.find((release) => release.version === ROLLING);
  }
  const name = suseNames.get(id);
  const release = /^\d{1,3}(?:\.\d{1,3})?(?=\.|$)/.exec(version)?.[0];
  return name === undefined || release === undefined ? undefined : knownRelease(suseReleases, id, release, name);
}
