import type { Distribution } from '../../model/distribution.ts';

/** Version, codename, end of long-term support (debian.org/releases, wiki.debian.org/LTS). */
const table = [
  ['6', 'squeeze', '2016-02-29'],
  ['7', 'wheezy', '2018-05-31'],
  ['8', 'jessie', '2020-06-30'],
  ['9', 'stretch', '2022-06-30'],
  ['10', 'buster', '2024-06-30'],
  ['11', 'bullseye', '2026-08-31'],
  ['12', 'bookworm', '2028-06-30'],
  ['13', 'trixie', '2030-06-30'],
  ['14', 'forky', undefined],
  ['15', 'duke', undefined],
  ['unstable', 'sid', undefined],
] as const;

/** Releases of Debian. `endOfLife` is the end of long-term support, after which no free updates come. */
export const debianReleases: readonly Distribution[] = table.map(([version, codename, endOfLife]) => ({
  id: 'debian',
  version,
  name: `Debian GNU/Linux ${version === 'unstable' ? codename : `${version} (${codename})`}`,
  codename,
  ...(endOfLife !== undefined && { endOfLife }),
}));
