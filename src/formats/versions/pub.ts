import type { VersionScheme } from '../../model/version-scheme.ts';
import { partwise } from './partwise.ts';
import { parseLenient } from './semver.ts';
import { orderedBuild, type SemverForm, semverNumbers, semverPrerelease } from './semver-order.ts';

const form: SemverForm = { scheme: 'pub', numbers: Number.POSITIVE_INFINITY, bare: false, zeros: true };

/**
 * Versions of Dart packages, in the order of pub_semver: Semantic Versioning, save that builds count. `1.0.0` is before
 * `1.0.0+1`, and builds are compared as pre-releases are. Read with the lenience of `semver`.
 */
export const pubVersions: VersionScheme = partwise('pub', (version) => parseLenient(version, form), [
  semverNumbers,
  semverPrerelease,
  orderedBuild,
]);
