import type { Distribution } from '../../model/distribution.ts';
import { releasesOf } from '../../packages/release/known-release.ts';

/** Version and end of general support of SUSE Linux Enterprise (suse.com/lifecycle); LTSS is paid and not counted. */
const enterprise = [
  ['11.4', '2019-03-31'],
  ['12', '2016-06-30'],
  ['12.1', '2017-05-31'],
  ['12.2', '2018-03-31'],
  ['12.3', '2019-06-30'],
  ['12.4', '2020-06-30'],
  ['12.5', '2024-10-31'],
  ['15', '2019-12-31'],
  ['15.1', '2021-01-31'],
  ['15.2', '2021-12-31'],
  ['15.3', '2022-12-31'],
  ['15.4', '2023-12-31'],
  ['15.5', '2024-12-31'],
  ['15.6', '2025-12-31'],
  ['15.7', '2031-07-31'],
  ['16.0', '2027-11-30'],
] as const;

/** Version and end of maintenance of openSUSE Leap (en.opensuse.org/Lifetime). */
const leap = [
  ['42.3', '2019-07-01'],
  ['15.0', '2019-12-03'],
  ['15.1', '2021-02-02'],
  ['15.2', '2022-01-04'],
  ['15.3', '2022-12-31'],
  ['15.4', '2023-12-07'],
  ['15.5', '2024-12-31'],
  ['15.6', '2026-04-30'],
  ['16.0', '2027-10-31'],
] as const;

/** Version and end of general support of SUSE Linux Enterprise Micro and its successor (suse.com/lifecycle). */
const micro = [
  ['5.0', '2022-03-31'],
  ['5.1', '2025-10-31'],
  ['5.2', '2026-04-30'],
  ['5.3', '2026-10-30'],
  ['5.4', '2027-04-30'],
  ['5.5', '2027-10-31'],
  ['6.0', '2028-06-30'],
  ['6.1', '2028-11-30'],
  ['6.2', '2029-11-30'],
] as const;

const undated = (...versions: string[]) => versions.map((version) => [version] as const);

/** Names by the ID of os-release. */
export const suseNames: ReadonlyMap<string, string> = new Map([
  ['sles', 'SUSE Linux Enterprise Server'],
  ['sles_sap', 'SUSE Linux Enterprise Server for SAP Applications'],
  ['sled', 'SUSE Linux Enterprise Desktop'],
  ['sle_hpc', 'SUSE Linux Enterprise High Performance Computing'],
  ['sle-micro', 'SUSE Linux Enterprise Micro'],
  ['sl-micro', 'SUSE Linux Micro'],
  ['opensuse-leap', 'openSUSE Leap'],
  ['opensuse-leap-micro', 'openSUSE Leap Micro'],
  ['opensuse-tumbleweed', 'openSUSE Tumbleweed'],
  ['opensuse', 'openSUSE'],
]);

/** What a release without a version is called. */
export const ROLLING = 'rolling';

function named(id: string, versions: Parameters<typeof releasesOf>[2]): readonly Distribution[] {
  return releasesOf(id, suseNames.get(id) ?? id, versions);
}

/** Releases of SUSE and openSUSE. */
export const suseReleases: readonly Distribution[] = [
  ...['sles', 'sles_sap', 'sled'].flatMap((id) => named(id, enterprise)),
  ...named('sle_hpc', enterprise.slice(7, 15)),
  ...named('sle-micro', micro.slice(0, 6)),
  ...named('sl-micro', micro.slice(6)),
  ...named('opensuse-leap', leap),
  ...named('opensuse-leap-micro', undated('5.2', '5.3', '5.4', '5.5', '6.0', '6.1', '6.2')),
  ...named('opensuse', [['13.2', '2017-01-17']]),
  { id: 'opensuse-tumbleweed', version: ROLLING, name: 'openSUSE Tumbleweed (rolling)' },
];

/** Where advisories on a release stand. Products that are built on the server share its packages and its name. */
export function suseNamespace({ id, version }: Pick<Distribution, 'id' | 'version'>): string | undefined {
  switch (id) {
    case 'sles':
    case 'sles_sap':
    case 'sled':
    case 'sle_hpc':
      return `suse:${version}`;
    case 'opensuse-tumbleweed':
      return id;
    default:
      return suseNames.has(id) ? `${id}:${version}` : undefined;
  }
}
