import { detectProduct } from '../../packages/release/product-release.ts';
import { rpmDistribution } from '../rpm-distribution.ts';
import { amazonBuildApplies } from './applies.ts';
import { amazonLinux1, amazonUpdateinfo } from './feed.ts';
import { amazonReleases } from './releases.ts';

/** Amazon Linux: binary packages, judged by its security advisories. */
export const amazon = rpmDistribution({
  id: 'amazon',
  displayName: 'Amazon Linux',
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
  applies: (pkg, _advisory, affected) => amazonBuildApplies(pkg, affected),
});
