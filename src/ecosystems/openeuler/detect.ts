import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { releaseName } from '../../packages/release/release-name.ts';
import { openEulerReleases } from './releases.ts';

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
