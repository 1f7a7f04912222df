import { detectProduct, relativeFiles } from '../../packages/release/product-release.ts';
import { titledBuildApplies } from '../../packages/rpm/errata-title.ts';
import { rpmDistribution } from '../rpm-distribution.ts';
import { fedoraBodhi } from './bodhi.ts';
import { fedoraReleases } from './releases.ts';

/** Fedora Linux: packages by the names of their sources, judged by its security updates. */
export const fedora = rpmDistribution({
  id: 'fedora',
  displayName: 'Fedora Linux',
  feeds: [fedoraBodhi],
  detect: detectProduct({
    id: 'fedora',
    name: 'Fedora Linux',
    releases: fedoraReleases,
    version: /^\d{1,3}$/,
    line: 'Fedora',
    files: relativeFiles,
  }),
  releases: fedoraReleases,
  applies: (pkg, _advisory, affected) => titledBuildApplies(pkg, affected),
});
