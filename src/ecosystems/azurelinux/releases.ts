import type { Distribution } from '../../model/distribution.ts';

/**
 * ID of os-release, version, name, end of support (learn.microsoft.com, "Azure Linux support cycle";
 * github.com/microsoft/azurelinux). Of Azure Linux 3.0 no day is certain.
 */
const table = [
  ['mariner', '1.0', 'CBL-Mariner', '2023-07-31'],
  ['mariner', '2.0', 'CBL-Mariner', '2025-07-31'],
  ['azurelinux', '3.0', 'Azure Linux', undefined],
] as const;

/** Releases of Azure Linux, which was called CBL-Mariner before. */
export const azureLinuxReleases: readonly Distribution[] = table.map(([id, version, name, endOfLife]) => ({
  id,
  version,
  name: `${name} ${version}`,
  ...(endOfLife !== undefined && { endOfLife }),
}));
