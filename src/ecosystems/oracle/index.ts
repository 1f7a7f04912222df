import { releasesOf } from '../../packages/release/known-release.ts';
import { detectProduct, majorVersion } from '../../packages/release/product-release.ts';
import { rpmDistribution } from '../rpm-distribution.ts';
import { oracleBuildApplies } from './applies.ts';
import { oracleOval } from './feed.ts';

/**
 * Major version and end of premier support. Oracle publishes months (Lifetime Support Policy: Oracle and Sun System
 * Software); the last day of the month stands here.
 */
const releases = releasesOf('ol', 'Oracle Linux', [
  ['5', '2017-06-30'],
  ['6', '2021-03-31'],
  ['7', '2024-12-31'],
  ['8', '2029-07-31'],
  ['9', '2032-06-30'],
  ['10', '2035-06-30'],
]);

/** Oracle Linux: packages of rpm, judged by Oracle's security errata. */
export const oracle = rpmDistribution({
  id: 'oracle',
  displayName: 'Oracle Linux',
  feeds: [oracleOval],
  detect: detectProduct({
    id: 'ol',
    name: 'Oracle Linux',
    releases,
    version: majorVersion,
    line: 'Oracle Linux',
    files: ['etc/oracle-release'],
  }),
  releases,
  namespaces: (_pkg, distribution) => (distribution?.id === 'ol' ? [`oracle:${distribution.version}`] : []),
  applies: (pkg, _advisory, affected) => oracleBuildApplies(pkg, affected),
});
