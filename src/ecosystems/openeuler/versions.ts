import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { VersionScheme } from '../../model/version-scheme.ts';

/**
 * Versions of rpm without their epochs: openEuler's advisories name builds by the names of their files, which have none,
 * while some of its packages do (openssl, vim).
 */
export const openEulerVersions: VersionScheme = {
  id: 'rpm',
  compare: (a, b) => rpmVersions.compare(withoutEpoch(a), withoutEpoch(b)),
  explain: (a, b) => rpmVersions.explain(withoutEpoch(a), withoutEpoch(b)),
};

function withoutEpoch(version: string): string {
  return version.trim().replace(/^\d+:/, '');
}
