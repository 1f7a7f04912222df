import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease, releasesOf } from '../../packages/release/known-release.ts';
import { releaseName } from '../../packages/release/release-name.ts';

/** Releases of openEuler by the name that advisories use. No ends of life are known here. */
export const openEulerReleases = releasesOf(
  'openeuler',
  'openEuler',
  [
    ...['20.03', '22.03', '24.03'].flatMap((month) =>
      ['', '-SP1', '-SP2', '-SP3', '-SP4'].map((pack) => `${month}-LTS${pack}`),
    ),
    ...['20.09', '21.03', '21.09', '22.09', '23.03', '23.09', '24.09', '25.03', '25.09'],
  ].map((version) => [version]),
);

/**
 * Recognises openEuler by os-release. `VERSION_ID` has the year and month alone; `VERSION` tells service packs:
 * `22.03 (LTS-SP3)`, `22.03 LTS`, `23.09`.
 */
export function detectOpenEuler(file: ReleaseFile): Distribution | undefined {
  if (releaseName(file)?.id !== 'openeuler') return undefined;
  const named = /^(\d\d\.\d\d)(?: ?[(-]? ?(LTS(?:-SP\d{1,2})?)\)?)?$/.exec(file.fields.get('VERSION')?.trim() ?? '');
  const month = named?.[1] ?? /^\d\d\.\d\d$/.exec(file.fields.get('VERSION_ID') ?? '')?.[0];
  if (month === undefined) return undefined;
  const version = named?.[2] === undefined ? month : `${month}-${named[2]}`;
  return knownRelease(openEulerReleases, 'openeuler', version, 'openEuler');
}
