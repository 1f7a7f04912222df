import type { VersionScheme } from '../../model/version-scheme.ts';
import { partwise } from './partwise.ts';
import { parseLenient } from './semver.ts';
import { orderedBuild, type Semver, type SemverForm, semverNumbers, semverPrerelease } from './semver-order.ts';

const form: SemverForm = { scheme: 'julia', numbers: 3, bare: true, zeros: true };

/**
 * Versions of Julia, in the order of its `VersionNumber` (docs.julialang.org, "Version Number Literals"; base/version.jl):
 * Semantic Versioning, but for the build, which counts: wrapped libraries are published anew as `1.0.8+1`.
 */
export const juliaVersions: VersionScheme = partwise<Semver>('julia', (version) => parseLenient(version, form), [
  semverNumbers,
  semverPrerelease,
  orderedBuild,
]);
