import { apkInstalled } from '../../packages/apk/installed.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { listedOnly } from '../listed-only.ts';
import { detectListed, listedReleases } from './distributions.ts';
import { unreadDatabases } from './unread-databases.ts';

/** Distributions whose packages are listed and not judged, and databases of packages that are known and not read. */
export const listed = listedOnly({
  id: 'listed',
  displayName: 'Distributions that are listed only',
  types: ['apk'],
  analyzers: [releaseFiles, apkInstalled, unreadDatabases],
  detect: detectListed,
  releases: listedReleases,
});
