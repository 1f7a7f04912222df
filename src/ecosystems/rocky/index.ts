import { releasesOf } from '../../packages/release/known-release.ts';
import { detectProduct, majorVersion, relativeFiles } from '../../packages/release/product-release.ts';
import { rpmDistribution } from '../rpm-distribution.ts';
import { rockyBuildApplies } from './applies.ts';
import { rockyOsv } from './feed.ts';

/** Major version and end of security support (wiki.rockylinux.org/rocky/version). */
const releases = releasesOf('rocky', 'Rocky Linux', [
  ['8', '2029-05-31'],
  ['9', '2032-05-31'],
  ['10', '2035-05-31'],
]);

/** Rocky Linux: packages by the names of their sources, judged by its errata. */
export const rocky = rpmDistribution({
  id: 'rocky',
  displayName: 'Rocky Linux',
  feeds: [rockyOsv],
  detect: detectProduct({
    id: 'rocky',
    name: 'Rocky Linux',
    releases,
    version: majorVersion,
    line: 'Rocky Linux',
    files: relativeFiles,
  }),
  releases,
  applies: (pkg, _advisory, affected) => rockyBuildApplies(pkg, affected),
});
