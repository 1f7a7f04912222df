import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { releaseName } from '../../packages/release/release-name.ts';
import { azureLinuxReleases } from './releases.ts';

const names: ReadonlyMap<string, string> = new Map([
  ['mariner', 'CBL-Mariner'],
  ['azurelinux', 'Azure Linux'],
]);

/** Recognises Azure Linux and CBL-Mariner by os-release. */
export function detectAzureLinux(file: ReleaseFile): Distribution | undefined {
  const { id = '', version = '' } = releaseName(file) ?? {};
  const name = names.get(id);
  // The first two numbers are the release, later ones the day of the image: `2.0.20240123`.
  const release = /^\d{1,3}\.\d{1,3}(?=\.|$)/.exec(version)?.[0];
  return name === undefined || release === undefined ? undefined : knownRelease(azureLinuxReleases, id, release, name);
}
