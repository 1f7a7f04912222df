import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { releaseName } from '../../packages/release/release-name.ts';
import { photonReleases } from './releases.ts';

/** Recognises Photon OS by os-release. */
export function detectPhoton(file: ReleaseFile): Distribution | undefined {
  const { id, version = '' } = releaseName(file) ?? {};
  const release = /^\d{1,3}\.\d{1,3}(?=\.|$)/.exec(version)?.[0];
  return id !== 'photon' || release === undefined
    ? undefined
    : knownRelease(photonReleases, 'photon', release, 'Photon OS');
}
