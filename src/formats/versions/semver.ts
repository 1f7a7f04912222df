import type { VersionScheme } from '../../model/version-scheme.ts';
import { partwise } from './partwise.ts';
import {
  ignoredBuild,
  readSemver,
  type Semver,
  type SemverForm,
  semverNumbers,
  semverPrerelease,
} from './semver-order.ts';

const form: SemverForm = { scheme: 'semver', numbers: Number.POSITIVE_INFINITY, bare: true, zeros: true };

/**
 * Semantic Versioning 2.0.0 (semver.org), as npm, Cargo, Hex, Swift and Julia have it. The order is total: a pre-release
 * is compared like any other version, which the range matchers of npm and Cargo do not do.
 *
 * Read with more lenience than the specification has, since packages are installed under such versions: a leading `v` or
 * `V`, fewer numbers than three (missing ones count as 0) or more, leading zeros, and a pre-release without its hyphen
 * (`1.0.0beta`). Invalid is all else: `latest`, ranges, empty identifiers, other characters.
 */
export const semverVersions: VersionScheme = partwise<Semver>('semver', (version) => parseLenient(version, form), [
  semverNumbers,
  semverPrerelease,
  ignoredBuild,
]);

/** Reads a version that may begin with a `v`. */
export function parseLenient(version: string, as: SemverForm): Semver {
  const first = version.charAt(0);
  return readSemver(version, first === 'v' || first === 'V' ? 1 : 0, as);
}
