import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { rpmDatabases } from '../../packages/rpm/databases.ts';
import { rpmManifest } from '../../packages/rpm/manifest.ts';
import { detectAmazon } from './detect.ts';
import { amazonReleases } from './releases.ts';

/** Amazon Linux: recognised with its end of life. Nobody watches its packages yet. */
export const amazon: Ecosystem = {
  id: 'amazon',
  displayName: 'Amazon Linux',
  types: ['rpm'],
  analyzers: [releaseFiles, rpmDatabases, rpmManifest],
  feeds: [],
  detect: detectAmazon,
  releases: amazonReleases,
  namespaces: () => [],
  versions: () => rpmVersions,
};
