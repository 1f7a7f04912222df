import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { rpmBuildApplies } from '../../packages/rpm/builds.ts';
import { rpmDatabases } from '../../packages/rpm/databases.ts';
import { rpmManifest } from '../../packages/rpm/manifest.ts';
import { detectOpenEuler } from './detect.ts';
import { openEulerOsv } from './feed.ts';
import { openEulerReleases } from './releases.ts';
import { openEulerVersions } from './versions.ts';

/** openEuler: packages of rpm by the names of their sources, judged by its notices. */
export const openeuler: Ecosystem = {
  id: 'openeuler',
  displayName: 'openEuler',
  types: ['rpm'],
  analyzers: [releaseFiles, rpmDatabases, rpmManifest],
  feeds: [openEulerOsv],
  detect: detectOpenEuler,
  releases: openEulerReleases,
  namespaces: (_pkg, distribution) => (distribution?.id === 'openeuler' ? [`openeuler:${distribution.version}`] : []),
  versions: () => openEulerVersions,
  applies: (pkg, _advisory, affected) => rpmBuildApplies(pkg, affected),
};
