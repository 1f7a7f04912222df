import type { Distribution } from '../../model/distribution.ts';

/** Major version and end of maintenance support (access.redhat.com/support/policy/updates/errata). */
const enterprise = [
  ['5', '2017-03-31'],
  ['6', '2020-11-30'],
  ['7', '2024-06-30'],
  ['8', '2029-05-31'],
  ['9', '2032-05-31'],
  ['10', '2035-05-31'],
] as const;

/** Name, major version, end of updates (centos.org/centos-linux-eol, centos.org/cl-vs-cs). */
const centos = [
  ['CentOS', '5', '2017-03-31'],
  ['CentOS', '6', '2020-11-30'],
  ['CentOS Linux', '7', '2024-06-30'],
  ['CentOS Linux', '8', '2021-12-31'],
  ['CentOS Stream', '9', '2027-05-31'],
  ['CentOS Stream', '10', undefined],
] as const;

/** Releases of Red Hat Enterprise Linux and of CentOS. */
export const redhatReleases: readonly Distribution[] = [
  ...enterprise.map(([version, endOfLife]) => ({
    id: 'rhel',
    version,
    name: `Red Hat Enterprise Linux ${version}`,
    endOfLife,
  })),
  ...centos.map(([name, version, endOfLife]) => ({
    id: 'centos',
    version,
    name: `${name} ${version}`,
    ...(endOfLife !== undefined && { endOfLife }),
  })),
];

/** CentOS Stream 8 calls itself by the same id and version as CentOS Linux 8, which ended earlier. */
export const centosStream8: Distribution = {
  id: 'centos',
  version: '8',
  name: 'CentOS Stream 8',
  endOfLife: '2024-05-31',
};
