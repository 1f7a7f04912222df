import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { unreadDatabases } from '../../packages/unread/databases.ts';
import { detectRedHat } from './detect.ts';
import { redhatReleases } from './releases.ts';

/** Red Hat Enterprise Linux and CentOS: recognised with its end of life. Its packages are not read yet, so nobody watches them. */
export const redhat: Ecosystem = {
  id: 'redhat',
  displayName: 'Red Hat Enterprise Linux and CentOS',
  types: [],
  analyzers: [releaseFiles, unreadDatabases],
  feeds: [],
  detect: detectRedHat,
  releases: redhatReleases,
  namespaces: () => [],
  versions(namespace) {
    throw new Error(`nothing is known of ${namespace}: its versions cannot be compared`);
  },
};
