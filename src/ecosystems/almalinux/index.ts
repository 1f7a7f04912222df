import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectProduct, majorVersion, relativeFiles } from '../../packages/release/product-release.ts';
import { rpmDatabases } from '../../packages/rpm/databases.ts';
import { titledBuildApplies } from '../../packages/rpm/errata-title.ts';
import { rpmManifest } from '../../packages/rpm/manifest.ts';
import { almalinuxOsv } from './feed.ts';
import { almalinuxReleases } from './releases.ts';

/** AlmaLinux: binary packages, judged by its errata. */
export const almalinux: Ecosystem = {
  id: 'almalinux',
  displayName: 'AlmaLinux',
  types: ['rpm'],
  analyzers: [releaseFiles, rpmDatabases, rpmManifest],
  feeds: [almalinuxOsv],
  detect: detectProduct({
    id: 'almalinux',
    name: 'AlmaLinux',
    releases: almalinuxReleases,
    version: majorVersion,
    line: 'AlmaLinux',
    files: relativeFiles,
  }),
  releases: almalinuxReleases,
  namespaces: (_pkg, distribution) => (distribution?.id === 'almalinux' ? [`almalinux:${distribution.version}`] : []),
  versions: () => rpmVersions,
  applies: (pkg, _advisory, affected) => titledBuildApplies(pkg, affected),
};
