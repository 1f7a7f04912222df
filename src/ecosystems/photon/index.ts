import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { rpmBuildApplies } from '../../packages/rpm/builds.ts';
import { rpmDatabases } from '../../packages/rpm/databases.ts';
import { rpmManifest } from '../../packages/rpm/manifest.ts';
import { detectPhoton } from './detect.ts';
import { photonCve } from './feed.ts';
import { photonReleases } from './releases.ts';

/** Photon OS: packages of rpm, judged by Broadcom's CVE metadata. */
export const photon: Ecosystem = {
  id: 'photon',
  displayName: 'Photon OS',
  types: ['rpm'],
  analyzers: [releaseFiles, rpmDatabases, rpmManifest],
  feeds: [photonCve],
  detect: detectPhoton,
  releases: photonReleases,
  namespaces: (_pkg, distribution) => (distribution?.id === 'photon' ? [`photon:${distribution.version}`] : []),
  versions: () => rpmVersions,
  applies: (pkg, _advisory, affected) => rpmBuildApplies(pkg, affected),
};
