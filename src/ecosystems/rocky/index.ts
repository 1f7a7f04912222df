import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectProduct, majorVersion, relativeFiles } from '../../packages/release/product-release.ts';
import { rpmDatabases } from '../../packages/rpm/databases.ts';
import { rpmManifest } from '../../packages/rpm/manifest.ts';
import { rockyBuildApplies } from './applies.ts';
import { rockyOsv } from './feed.ts';
import { rockyReleases } from './releases.ts';

/** Rocky Linux: packages by the names of their sources, judged by its errata. */
export const rocky: Ecosystem = {
  id: 'rocky',
  displayName: 'Rocky Linux',
  types: ['rpm'],
  analyzers: [releaseFiles, rpmDatabases, rpmManifest],
  feeds: [rockyOsv],
  detect: detectProduct({
    id: 'rocky',
    name: 'Rocky Linux',
    releases: rockyReleases,
    version: majorVersion,
    line: 'Rocky Linux',
    files: relativeFiles,
  }),
  releases: rockyReleases,
  namespaces: (_pkg, distribution) => (distribution?.id === 'rocky' ? [`rocky:${distribution.version}`] : []),
  versions: () => rpmVersions,
  applies: (pkg, _advisory, affected) => rockyBuildApplies(pkg, affected),
};
