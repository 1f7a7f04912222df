import type { Distribution } from '../../model/distribution.ts';

/**
 * Major version and end of premier support. Oracle publishes months (Lifetime Support Policy: Oracle and Sun System
 * Software); the last day of the month stands here.
 */
const table = [
  ['5', '2017-06-30'],
  ['6', '2021-03-31'],
  ['7', '2024-12-31'],
  ['8', '2029-07-31'],
  ['9', '2032-06-30'],
  ['10', '2035-06-30'],
] as const;

/** Releases of Oracle Linux. */
export const oracleReleases: readonly Distribution[] = table.map(([version, endOfLife]) => ({
  id: 'ol',
  version,
  name: `Oracle Linux ${version}`,
  endOfLife,
}));
