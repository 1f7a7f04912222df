import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { rpmBuildApplies } from '../../packages/rpm/builds.ts';
import { rpmDatabases } from '../../packages/rpm/databases.ts';
import { rpmManifest } from '../../packages/rpm/manifest.ts';
import { detectAzureLinux } from './detect.ts';
import { azureLinuxOval } from './feed.ts';
import { azureLinuxReleases } from './releases.ts';

const ids = new Set(azureLinuxReleases.map(({ id }) => id));

/** Azure Linux and its predecessor CBL-Mariner: packages of rpm, judged by what Microsoft says of each CVE. */
export const azurelinux: Ecosystem = {
  id: 'azurelinux',
  displayName: 'Azure Linux and CBL-Mariner',
  types: ['rpm'],
  analyzers: [releaseFiles, rpmDatabases, rpmManifest],
  feeds: [azureLinuxOval],
  detect: detectAzureLinux,
  releases: azureLinuxReleases,
  namespaces: (_pkg, distribution) =>
    distribution !== undefined && ids.has(distribution.id) ? [`${distribution.id}:${distribution.version}`] : [],
  versions: () => rpmVersions,
  applies: (pkg, _advisory, affected) => rpmBuildApplies(pkg, affected),
};
