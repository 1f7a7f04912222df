import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { releaseName } from '../../packages/release/release-name.ts';
import { rollingRelease } from '../../packages/release/rolling.ts';

/** Names by the ID of os-release. */
const names: ReadonlyMap<string, string> = new Map([
  ['alpaquita', 'BellSoft Alpaquita Linux'],
  ['bellsoft-hardened-containers', 'BellSoft Hardened Containers'],
  ['cleanstart', 'CleanStart'],
]);

export const listedReleases: readonly Distribution[] = [...names].map(([id, name]) => rollingRelease(id, name));

/** Recognises them by os-release, so that their packages are not taken for those of the distribution they were made from. */
export function detectListed(file: ReleaseFile): Distribution | undefined {
  const { id = '', version = '' } = releaseName(file) ?? {};
  const name = names.get(id);
  if (name === undefined) return undefined;
  return /^[A-Za-z0-9.-]{1,40}$/.test(version) ? { id, version, name: `${name} ${version}` } : rollingRelease(id, name);
}
