import { rpmVersions } from '../formats/versions/rpm.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import { releaseFiles } from '../packages/release/files.ts';
import { rpmBuildApplies } from '../packages/rpm/builds.ts';
import { rpmDatabases } from '../packages/rpm/databases.ts';
import { rpmManifest } from '../packages/rpm/manifest.ts';

/** What a distribution of rpm says of itself; what it leaves out is as most have it. */
type Parts = Required<Pick<Ecosystem, 'id' | 'displayName' | 'feeds' | 'detect' | 'releases'>> & Partial<Ecosystem>;

/** Readers of its packages. */
export const rpmAnalyzers = [releaseFiles, rpmDatabases, rpmManifest];

/** A distribution of rpm, whose advisories stand below the ID and the version of its releases. */
export function rpmDistribution(parts: Parts): Ecosystem {
  const ids = new Set(parts.releases.map(({ id }) => id));
  return {
    types: ['rpm'],
    analyzers: rpmAnalyzers,
    namespaces: (_pkg, distribution) =>
      distribution !== undefined && ids.has(distribution.id) ? [`${distribution.id}:${distribution.version}`] : [],
    versions: () => rpmVersions,
    applies: (pkg, _advisory, affected) => rpmBuildApplies(pkg, affected),
    ...parts,
  };
}
