import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectProduct } from '../../packages/release/product-release.ts';
import { rpmDatabases } from '../../packages/rpm/databases.ts';
import { rpmManifest } from '../../packages/rpm/manifest.ts';
import { amazonBuildApplies } from './applies.ts';
import { amazonLinux1, amazonUpdateinfo } from './feed.ts';
import { amazonReleases } from './releases.ts';

/** Amazon Linux: binary packages, judged by its security advisories. */
export const amazon: Ecosystem = {
  id: 'amazon',
  displayName: 'Amazon Linux',
  types: ['rpm'],
  analyzers: [releaseFiles, rpmDatabases, rpmManifest],
  feeds: [amazonLinux1, amazonUpdateinfo],
  detect: detectProduct({
    id: 'amzn',
    name: 'Amazon Linux',
    releases: amazonReleases,
    // Amazon Linux 1 is named by year and month; of later ones the first number is the release: `2023.5.20240916`.
    version: /^(?:201\d\.\d\d|\d{1,4})(?=\.|$)/,
    line: 'Amazon Linux',
    files: ['etc/system-release'],
  }),
  releases: amazonReleases,
  namespaces(_pkg, distribution) {
    if (distribution?.id !== 'amzn') return [];
    // All releases of the first one had one repository of updates.
    return [/^201\d\./.test(distribution.version) ? 'amazon:1' : `amazon:${distribution.version}`];
  },
  versions: () => rpmVersions,
  applies: (pkg, _advisory, affected) => amazonBuildApplies(pkg, affected),
};
