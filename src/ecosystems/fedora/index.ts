import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectProduct, relativeFiles } from '../../packages/release/product-release.ts';
import { rpmDatabases } from '../../packages/rpm/databases.ts';
import { titledBuildApplies } from '../../packages/rpm/errata-title.ts';
import { rpmManifest } from '../../packages/rpm/manifest.ts';
import { fedoraBodhi } from './bodhi.ts';
import { fedoraReleases } from './releases.ts';

/** Fedora Linux: packages by the names of their sources, judged by its security updates. */
export const fedora: Ecosystem = {
  id: 'fedora',
  displayName: 'Fedora Linux',
  types: ['rpm'],
  analyzers: [releaseFiles, rpmDatabases, rpmManifest],
  feeds: [fedoraBodhi],
  detect: detectProduct({
    id: 'fedora',
    name: 'Fedora Linux',
    releases: fedoraReleases,
    version: /^\d{1,3}$/,
    line: 'Fedora',
    files: relativeFiles,
  }),
  releases: fedoraReleases,
  namespaces: (_pkg, distribution) => (distribution?.id === 'fedora' ? [`fedora:${distribution.version}`] : []),
  versions: () => rpmVersions,
  applies: (pkg, _advisory, affected) => titledBuildApplies(pkg, affected),
};
