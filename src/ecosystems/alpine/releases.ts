import type { Distribution } from '../../model/distribution.ts';

/** Branch and end of support (alpinelinux.org/releases). */
const table = [
  ['v3.2', '2017-05-01'],
  ['v3.3', '2017-11-01'],
  ['v3.4', '2018-05-01'],
  ['v3.5', '2018-11-01'],
  ['v3.6', '2019-05-01'],
  ['v3.7', '2019-11-01'],
  ['v3.8', '2020-05-01'],
  ['v3.9', '2020-11-01'],
  ['v3.10', '2021-05-01'],
  ['v3.11', '2021-11-01'],
  ['v3.12', '2022-05-01'],
  ['v3.13', '2022-11-01'],
  ['v3.14', '2023-05-01'],
  ['v3.15', '2023-11-01'],
  ['v3.16', '2024-05-23'],
  ['v3.17', '2024-11-22'],
  ['v3.18', '2025-05-09'],
  ['v3.19', '2025-11-01'],
  ['v3.20', '2026-04-01'],
  ['v3.21', '2026-11-01'],
  ['v3.22', '2027-05-01'],
  ['v3.23', '2027-11-01'],
  ['v3.24', '2028-06-01'],
  ['edge', undefined],
] as const;

/** Branches of Alpine Linux. */
export const alpineReleases: readonly Distribution[] = table.map(([version, endOfLife]) => ({
  id: 'alpine',
  version,
  name: `Alpine Linux ${version}`,
  ...(endOfLife !== undefined && { endOfLife }),
}));
