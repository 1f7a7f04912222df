import { rpmAnalyzers, rpmDistribution } from '../rpm-distribution.ts';
import { extendedReleaseOf, redhatApplies } from './applies.ts';
import { contentSets } from './content-sets.ts';
import { detectRedHat } from './detect.ts';
import { redhatReleases } from './releases.ts';
import { redhatRepositoryCpe } from './repository-cpe.ts';
import { redhatVex } from './vex-feed.ts';

/** Builders whose packages Red Hat speaks of: its own, and CentOS, which rebuilds them. */
const builders = /^(?:Red Hat|CentOS)\b/;

/** Red Hat Enterprise Linux, and CentOS, which is judged by the release that it is built from. */
export const redhat = rpmDistribution({
  id: 'redhat',
  displayName: 'Red Hat Enterprise Linux and CentOS',
  analyzers: [...rpmAnalyzers, contentSets],
  feeds: [redhatVex, redhatRepositoryCpe],
  detect: detectRedHat,
  releases: redhatReleases,
  namespaces(pkg, distribution) {
    if (distribution === undefined || !['rhel', 'centos'].includes(distribution.id)) return [];
    // Other builders (EPEL, Docker, ...) have the same names with versions of their own.
    if (pkg.vendor !== undefined && !builders.test(pkg.vendor)) return [];
    const release = `rhel:${distribution.version}`;
    // Under its own name users may have written something.
    return distribution.id === 'rhel' ? [release] : [release, `centos:${distribution.version}`];
  },
  lacksRepository: ({ distribution, repositories = [] }) =>
    distribution?.startsWith('rhel:') === true && !repositories.some((one) => one.startsWith('cpe:')),
  insteadOfDistribution: extendedReleaseOf,
  applies: (pkg, _advisory, affected) => redhatApplies(pkg, affected),
});
