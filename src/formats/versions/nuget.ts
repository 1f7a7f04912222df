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

const form: SemverForm = { scheme: 'nuget', numbers: 4, bare: false, zeros: true };

/**
 * Versions of NuGet packages (learn.microsoft.com/nuget/concepts/package-versioning): Semantic Versioning 2.0.0 with up
 * to four numbers, of which missing ones count as 0, and identifiers without regard to case.
 */
export const nugetVersions: VersionScheme = partwise('nuget', parse, [semverNumbers, semverPrerelease, ignoredBuild]);

function parse(version: string): Semver {
  const parsed = readSemver(version, 0, form);
  return { ...parsed, prerelease: parsed.prerelease.map((identifier) => identifier.toLowerCase()) };
}
