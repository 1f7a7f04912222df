import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { rpmDatabases } from '../../packages/rpm/databases.ts';
import { rpmManifest } from '../../packages/rpm/manifest.ts';
import { detectOracle } from './detect.ts';
import { oracleReleases } from './releases.ts';

/** Oracle Linux: recognised with its end of life. Nobody watches its packages yet. */
export const oracle: Ecosystem = {
  id: 'oracle',
  displayName: 'Oracle Linux',
  types: ['rpm'],
  analyzers: [releaseFiles, rpmDatabases, rpmManifest],
  feeds: [],
  detect: detectOracle,
  releases: oracleReleases,
  namespaces: () => [],
  versions: () => rpmVersions,
};
