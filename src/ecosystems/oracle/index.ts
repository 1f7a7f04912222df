import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectProduct, majorVersion } from '../../packages/release/product-release.ts';
import { rpmDatabases } from '../../packages/rpm/databases.ts';
import { rpmManifest } from '../../packages/rpm/manifest.ts';
import { oracleBuildApplies } from './applies.ts';
import { oracleOval } from './feed.ts';
import { oracleReleases } from './releases.ts';

/** Oracle Linux: packages of rpm, judged by Oracle's security errata. */
export const oracle: Ecosystem = {
  id: 'oracle',
  displayName: 'Oracle Linux',
  types: ['rpm'],
  analyzers: [releaseFiles, rpmDatabases, rpmManifest],
  feeds: [oracleOval],
  detect: detectProduct({
    id: 'ol',
    name: 'Oracle Linux',
    releases: oracleReleases,
    version: majorVersion,
    line: 'Oracle Linux',
    files: ['etc/oracle-release'],
  }),
  releases: oracleReleases,
  namespaces: (_pkg, distribution) => (distribution?.id === 'ol' ? [`oracle:${distribution.version}`] : []),
  versions: () => rpmVersions,
  applies: (pkg, _advisory, affected) => oracleBuildApplies(pkg, affected),
};
