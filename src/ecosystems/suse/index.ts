import { rpmDistribution } from '../rpm-distribution.ts';
import { detectSuse } from './detect.ts';
import { suseOval } from './feed.ts';
import { suseNamespace, suseReleases } from './releases.ts';

/** SUSE Linux Enterprise and openSUSE: packages of rpm, judged by what SUSE says of each CVE. */
export const suse = rpmDistribution({
  id: 'suse',
  displayName: 'SUSE Linux Enterprise and openSUSE',
  feeds: [suseOval],
  detect: detectSuse,
  releases: suseReleases,
  namespaces: (_pkg, distribution) => {
    const namespace = distribution === undefined ? undefined : suseNamespace(distribution);
    return namespace === undefined ? [] : [namespace];
  },
});
