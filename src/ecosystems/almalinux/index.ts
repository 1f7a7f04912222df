import { releasesOf } from '../../packages/release/known-release.ts';
import { detectProduct, majorVersion, relativeFiles } from '../../packages/release/product-release.ts';
import { titledBuildApplies } from '../../packages/rpm/errata-title.ts';
import { rpmDistribution } from '../rpm-distribution.ts';
import { almalinuxOsv } from './feed.ts';

/** Major version and end of security support (wiki.almalinux.org/release-notes). */
const releases = releasesOf('almalinux', 'AlmaLinux', [
  ['8', '2029-05-31'],
  ['9', '2032-05-31'],
  ['10', '2035-05-31'],
]);

/** AlmaLinux: binary packages, judged by its errata. */
export const almalinux = rpmDistribution({
  id: 'almalinux',
  displayName: 'AlmaLinux',
  feeds: [almalinuxOsv],
  detect: detectProduct({
    id: 'almalinux',
    name: 'AlmaLinux',
    releases,
    version: majorVersion,
    line: 'AlmaLinux',
    files: relativeFiles,
  }),
  releases,
  applies: (pkg, _advisory, affected) => titledBuildApplies(pkg, affected),
});
