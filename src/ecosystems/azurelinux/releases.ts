import { releasesOf } from '../../packages/release/known-release.ts';

/** Names by the ID of os-release. */
export const names: ReadonlyMap<string, string> = new Map([
  ['mariner', 'CBL-Mariner'],
  ['azurelinux', 'Azure Linux'],
]);

/**
 * Releases of Azure Linux, which was called CBL-Mariner before, with the end of support (learn.microsoft.com, "Azure
 * Linux support cycle"; github.com/microsoft/azurelinux). Of Azure Linux 3.0 no day is certain.
 */
export const azureLinuxReleases = [
  ...releasesOf('mariner', 'CBL-Mariner', [
    ['1.0', '2023-07-31'],
    ['2.0', '2025-07-31'],
  ]),
  ...releasesOf('azurelinux', 'Azure Linux', [['3.0']]),
];
