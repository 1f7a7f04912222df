import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { rpmDatabases } from '../../packages/rpm/databases.ts';
import { rpmManifest } from '../../packages/rpm/manifest.ts';
import { unreadDatabases } from '../../packages/unread/databases.ts';
import { detectRedHat } from './detect.ts';
import { redhatReleases } from './releases.ts';

/** Red Hat Enterprise Linux and CentOS: recognised with its end of life. Nobody watches its packages yet. */
export const redhat: Ecosystem = {
  id: 'redhat',
  displayName: 'Red Hat Enterprise Linux and CentOS',
  types: ['rpm'],
  analyzers: [releaseFiles, rpmDatabases, rpmManifest, unreadDatabases],
  feeds: [],
  detect: detectRedHat,
  releases: redhatReleases,
  namespaces: () => [],
  versions: () => rpmVersions,
};
