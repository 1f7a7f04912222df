import type { Distribution } from '../../model/distribution.ts';
import { releasesOf } from '../../packages/release/known-release.ts';

/**
 * Releases of Red Hat Enterprise Linux with the end of maintenance support (access.redhat.com/support/policy/updates/errata),
 * and of CentOS with the end of updates (centos.org/centos-linux-eol, centos.org/cl-vs-cs).
 */
export const redhatReleases: readonly Distribution[] = [
  ...releasesOf('rhel', 'Red Hat Enterprise Linux', [
    ['5', '2017-03-31'],
    ['6', '2020-11-30'],
    ['7', '2024-06-30'],
    ['8', '2029-05-31'],
    ['9', '2032-05-31'],
    ['10', '2035-05-31'],
  ]),
  ...releasesOf('centos', 'CentOS', [
    ['5', '2017-03-31'],
    ['6', '2020-11-30'],
  ]),
  ...releasesOf('centos', 'CentOS Linux', [
    ['7', '2024-06-30'],
    ['8', '2021-12-31'],
  ]),
  ...releasesOf('centos', 'CentOS Stream', [['9', '2027-05-31'], ['10']]),
];

/** CentOS Stream 8 calls itself by the same id and version as CentOS Linux 8, which ended earlier. */
export const centosStream8: Distribution = {
  id: 'centos',
  version: '8',
  name: 'CentOS Stream 8',
  endOfLife: '2024-05-31',
};
