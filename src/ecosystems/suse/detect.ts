import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { detectNamed } from '../../packages/release/known-release.ts';
import { releaseName } from '../../packages/release/release-name.ts';
import { ROLLING, suseNames, suseReleases } from './releases.ts';

/** IDs of systems that roll on with Tumbleweed and get its packages. */
const rolling = new Set(['opensuse-tumbleweed', 'opensuse-microos']);

const detectVersioned = detectNamed(suseNames, /^\d{1,3}(?:\.\d{1,3})?(?=\.|$)/, suseReleases);

/** Recognises SUSE Linux Enterprise and openSUSE by os-release. */
export function detectSuse(file: ReleaseFile): Distribution | undefined {
  if (rolling.has(releaseName(file)?.id ?? '')) return suseReleases.find((release) => release.version === ROLLING);
  return detectVersioned(file);
}
