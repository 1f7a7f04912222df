import type { Distribution } from '../../model/distribution.ts';

/** Version and end of support (github.com/vmware/photon/wiki). Of the later ones no day is certain. */
const table = [
  ['1.0', '2022-02-28'],
  ['2.0', '2022-12-31'],
  ['3.0', '2024-03-01'],
  ['4.0', undefined],
  ['5.0', undefined],
] as const;

/** Releases of Photon OS. */
export const photonReleases: readonly Distribution[] = table.map(([version, endOfLife]) => ({
  id: 'photon',
  version,
  name: `Photon OS ${version}`,
  ...(endOfLife !== undefined && { endOfLife }),
}));
