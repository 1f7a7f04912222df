import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { rpmDatabases } from '../../packages/rpm/databases.ts';
import { rpmManifest } from '../../packages/rpm/manifest.ts';
import { amazonBuildApplies } from './applies.ts';
import { detectAmazon } from './detect.ts';
import { amazonLinux1, amazonUpdateinfo } from './feed.ts';
import { amazonReleases } from './releases.ts';

/** Amazon Linux: binary packages, judged by its security advisories. */
export const amazon: Ecosystem = {
  id: 'amazon',
  displayName: 'Amazon Linux',
  types: ['rpm'],
  analyzers: [releaseFiles, rpmDatabases, rpmManifest],
  feeds: [amazonLinux1, amazonUpdateinfo],
  detect: detectAmazon,
  releases: amazonReleases,
  namespaces(_pkg, distribution) {
    if (distribution?.id !== 'amzn') return [];
    // All releases of the first one had one repository of updates.
    return [/^201\d\./.test(distribution.version) ? 'amazon:1' : `amazon:${distribution.version}`];
  },
  versions: () => rpmVersions,
  applies: (pkg, _advisory, affected) => amazonBuildApplies(pkg, affected),
};
