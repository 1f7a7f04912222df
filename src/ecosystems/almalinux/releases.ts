import type { Distribution } from '../../model/distribution.ts';

/** Major version and end of security support (wiki.almalinux.org/release-notes). */
const table = [
  ['8', '2029-05-31'],
  ['9', '2032-05-31'],
  ['10', '2035-05-31'],
] as const;

/** Releases of AlmaLinux. */
export const almalinuxReleases: readonly Distribution[] = table.map(([version, endOfLife]) => ({
  id: 'almalinux',
  version,
  name: `AlmaLinux ${version}`,
  endOfLife,
}));
