import type { Distribution } from '../../model/distribution.ts';

/** Major version and end of security support (wiki.rockylinux.org/rocky/version). */
const table = [
  ['8', '2029-05-31'],
  ['9', '2032-05-31'],
  ['10', '2035-05-31'],
] as const;

/** Releases of Rocky Linux. */
export const rockyReleases: readonly Distribution[] = table.map(([version, endOfLife]) => ({
  id: 'rocky',
  version,
  name: `Rocky Linux ${version}`,
  endOfLife,
}));
