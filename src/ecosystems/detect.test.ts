import { describe, expect, it } from 'vitest';
import { makePackage } from '../../test/support/view.ts';
import { parseReleaseFields } from '../formats/release-file.ts';
import type { Distribution, ReleaseFile } from '../model/distribution.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import { almalinux } from './almalinux/index.ts';
import { amazon } from './amazon/index.ts';
import { arch } from './arch/index.ts';
import { azurelinux } from './azurelinux/index.ts';
import { bottlerocket } from './bottlerocket/index.ts';
import { cos } from './cos/index.ts';
import { fedora } from './fedora/index.ts';
import { gentoo } from './gentoo/index.ts';
import { openwrt } from './openwrt/index.ts';
import { oracle } from './oracle/index.ts';
import { photon } from './photon/index.ts';
import { rocky } from './rocky/index.ts';
import { suse } from './suse/index.ts';
import { wolfi } from './wolfi/index.ts';

function file(path: string, text: string): ReleaseFile {
  return { path, text, fields: parseReleaseFields(text) };
}

function detect(ecosystem: Ecosystem, first: ReleaseFile, ...others: ReleaseFile[]): Distribution | undefined {
  return ecosystem.detect?.(first, [first, ...others]);
}

interface Case {
  readonly ecosystem: Ecosystem;
  /** `ID` of os-release. */
  readonly id: string;
  /** The file with the line of the product, and the line. */
  readonly path: string;
  readonly line: string;
  /** The releases that the line and these os-release name. */
  readonly version: string;
  readonly releases: Readonly<Record<string, string>>;
  /** What is no release of it. */
  readonly none: readonly (readonly [path: string, text: string])[];
}

/** What is so for all relatives of Red Hat. */
const relative = { path: 'etc/redhat-release', others: ['etc/redhat-release', 'CentOS Linux release 8.5'] as const };

const cases: readonly Case[] = [
  {
    ecosystem: almalinux,
    id: 'almalinux',
    path: relative.path,
    line: 'AlmaLinux release 8.9 (Midnight Oncilla)',
    version: '8',
    releases: {
      'ID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.5"': '9',
      'ID=almalinux\nVERSION_ID=10.0': '10',
    },
    none: [
      relative.others,
      ['etc/redhat-release', 'AlmaLinux'],
      ['etc/oracle-release', 'AlmaLinux release 8.9 (Midnight Oncilla)'],
      ['etc/os-release', 'ID=almalinux\nVERSION_ID=Kitten'],
    ],
  },
  {
    ecosystem: rocky,
    id: 'rocky',
    path: relative.path,
    line: 'Rocky Linux release 9.3 (Blue Onyx)',
    version: '9',
    releases: { 'ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.5"': '9', 'ID=rocky\nVERSION_ID=10.0': '10' },
    none: [
      relative.others,
      ['etc/redhat-release', 'Rocky Linux'],
      ['etc/oracle-release', 'Rocky Linux release 9.3 (Blue Onyx)'],
      ['etc/os-release', 'ID=rocky\nVERSION_ID=Kitten'],
    ],
  },
  {
    ecosystem: fedora,
    id: 'fedora',
    path: relative.path,
    line: 'Fedora release 41 (Forty One)',
    version: '41',
    releases: { 'ID=fedora\nVERSION_ID=42\nVARIANT_ID=container': '42' },
    none: [
      relative.others,
      ['etc/redhat-release', 'Fedora release Rawhide'],
      ['etc/os-release', 'ID=fedora\nVERSION_ID=eln'],
    ],
  },
  {
    ecosystem: amazon,
    id: 'amzn',
    path: 'etc/system-release',
    line: 'Amazon Linux AMI release 2018.03',
    version: '2018.03',
    releases: { 'ID="amzn"\nVERSION_ID="2"': '2', 'ID=amzn\nVERSION_ID=2023.5.20240916': '2023' },
    none: [
      ['etc/system-release', 'Amazon Web release 2'],
      ['etc/system-release', 'Amazon Linux'],
      ['etc/redhat-release', 'Amazon Linux AMI release 2018.03'],
    ],
  },
  {
    ecosystem: oracle,
    id: 'ol',
    path: 'etc/oracle-release',
    line: 'Oracle Linux Server release 7.2',
    version: '7',
    releases: { 'ID="ol"\nVERSION_ID="8.10"': '8' },
    none: [
      ['etc/oracle-release', 'Oracle Solaris release 11'],
      ['etc/oracle-release', 'Oracle Linux'],
      ['etc/redhat-release', 'Oracle Linux Server release 7.2'],
    ],
  },
];

describe.each(cases)(
  'detectProduct: $ecosystem.displayName',
  ({ ecosystem, id, path, line, version, releases, none }) => {
    it('recognises its line and its os-release', () => {
      const known = (release: string): object => ({ id, version: release, endOfLife: expect.stringMatching(/^20/) });
      expect(detect(ecosystem, file(path, line))).toMatchObject(known(version));
      for (const [text, release] of Object.entries(releases)) {
        for (const place of ['etc/os-release', 'usr/lib/os-release']) {
          expect(detect(ecosystem, file(place, text))).toMatchObject(known(release));
        }
      }
    });

    it.each([
      ...none,
      ['etc/os-release', `ID=other\nID_LIKE=${id}\nVERSION_ID=9`],
      ['etc/os-release', `ID=${id}`],
    ] as const)('recognises nothing in %s with %j', (place, text) => {
      expect(detect(ecosystem, file(place, text))).toBeUndefined();
    });

    it('knows the name of a release that is newer than the table', () => {
      const newer = detect(ecosystem, file('etc/os-release', `ID=${id}\nVERSION_ID=99`));
      expect(newer).toMatchObject({ id, version: '99', name: expect.stringMatching(/^[A-Z].* 99$/) });
      expect(newer).not.toHaveProperty('endOfLife');
    });

    it('does not go by a line where a file names another distribution', () => {
      expect(detect(ecosystem, file(path, line), file('etc/os-release', 'ID=other'))).toBeUndefined();
    });
  },
);

/** What os-release says, and the name, the namespace and the end of life of the distribution; none for what is none of it. */
const named: readonly (readonly [
  ecosystem: Ecosystem,
  rows: readonly (readonly [text: string, expected?: string])[],
])[] = [
  [arch, [['ID=arch\nVERSION_ID="20240101.0.204074"', 'Arch Linux (rolling), arch'], ['ID=manjaro\nID_LIKE=arch']]],
  [
    azurelinux,
    [
      ['NAME="Common Base Linux Mariner"\nID=mariner\nVERSION_ID="2.0"', 'CBL-Mariner 2.0, mariner:2.0, 2025-07-31'],
      ['ID=mariner\nVERSION_ID=2.0.20240123', 'CBL-Mariner 2.0, mariner:2.0, 2025-07-31'],
      ['ID=mariner\nVERSION_ID=1.0', 'CBL-Mariner 1.0, mariner:1.0, 2023-07-31'],
      ['ID=azurelinux\nVERSION_ID="3.0"', 'Azure Linux 3.0, azurelinux:3.0'],
      ['ID=azurelinux\nVERSION_ID="4.0"', 'Azure Linux 4.0, azurelinux:4.0'],
      ['ID=mariner\nVERSION_ID=two'],
      ['ID=mariner'],
    ],
  ],
  [
    bottlerocket,
    [
      ['ID=bottlerocket\nVARIANT_ID=aws-k8s-1.29\nVERSION_ID=1.20.0', 'Bottlerocket 1, bottlerocket:1'],
      ['ID=bottlerocket'],
      ['ID=bottlerocket\nVERSION_ID=x'],
    ],
  ],
  [
    cos,
    [
      ['ID=cos\nVERSION_ID=101', 'Container-Optimized OS 101'],
      ['ID=cos\nVERSION=101'],
      ['ID=chromeos\nVERSION_ID=101'],
    ],
  ],
  [gentoo, [['ID=gentoo\nVERSION_ID="2.17"', 'Gentoo (rolling)'], ['ID=funtoo\nID_LIKE=gentoo']]],
  [
    openwrt,
    [
      ['ID="openwrt"\nVERSION_ID="23.05.3"', 'OpenWrt 23.05'],
      ['ID="openwrt"\nVERSION_ID="snapshot"', 'OpenWrt snapshot'],
      ['ID="openwrt"'],
      ['ID=immortalwrt\nID_LIKE="lede openwrt"\nVERSION_ID=23.05.1'],
    ],
  ],
  [
    photon,
    [
      ['ID=photon\nVERSION_ID=5.0', 'Photon OS 5.0, photon:5.0'],
      ['ID=photon\nVERSION_ID=3.0', 'Photon OS 3.0, photon:3.0, 2024-03-01'],
      ['ID=photon'],
    ],
  ],
  [
    suse,
    [
      ['ID="sles"\nVERSION_ID="15.6"', 'SUSE Linux Enterprise Server 15.6, suse:15.6, 2025-12-31'],
      ['ID="sles"\nVERSION_ID="12"', 'SUSE Linux Enterprise Server 12, suse:12, 2016-06-30'],
      ['ID="sles"\nVERSION_ID="99.9"', 'SUSE Linux Enterprise Server 99.9, suse:99.9'],
      [
        'ID="sles_sap"\nVERSION_ID="15.5"',
        'SUSE Linux Enterprise Server for SAP Applications 15.5, suse:15.5, 2024-12-31',
      ],
      ['ID="sle-micro"\nVERSION_ID="5.5"', 'SUSE Linux Enterprise Micro 5.5, sle-micro:5.5, 2027-10-31'],
      ['ID="sl-micro"\nVERSION_ID="6.0"', 'SUSE Linux Micro 6.0, sl-micro:6.0, 2028-06-30'],
      ['ID="opensuse-leap"\nVERSION_ID="15.6"', 'openSUSE Leap 15.6, opensuse-leap:15.6, 2026-04-30'],
      ['ID="opensuse-tumbleweed"\nVERSION_ID="20260801"', 'openSUSE Tumbleweed (rolling), opensuse-tumbleweed'],
      ['ID="opensuse-microos"\nVERSION_ID="20260801"', 'openSUSE Tumbleweed (rolling), opensuse-tumbleweed'],
      ['ID=sles'],
      ['ID=sles\nVERSION_ID=fifteen'],
    ],
  ],
  [
    wolfi,
    [
      ['ID=wolfi\nVERSION_ID="20230201"', 'Wolfi (rolling), wolfi'],
      ['ID="chainguard"', 'Chainguard (rolling), chainguard wolfi'],
      ['ID=minimos\nVERSION_ID="20241031"', 'MinimOS (rolling), minimos'],
      ['ID=other\nID_LIKE=wolfi'],
      ['NAME=wolfi'],
    ],
  ],
];

describe.each(named.map(([ecosystem, rows]) => ({ ecosystem, rows, title: ecosystem.displayName })))(
  'os-release: $title',
  ({ ecosystem, rows }) => {
    const other: typeof rows = [['ID=other\nVERSION_ID=2.0'], ['VERSION_ID=2.0'], ['']];
    it.each([...rows, ...other].map(([text, expected]) => ({ text, expected })))('$text', ({ text, expected }) => {
      const found = detect(ecosystem, file('etc/os-release', text));
      const namespaces = ecosystem.namespaces(makePackage('a', '1', { type: ecosystem.types[0]! }), found);

      const words = found && [found.name, namespaces.join(' '), found.endOfLife].filter(Boolean).join(', ');
      expect(words).toBe(expected);
      expect(detect(ecosystem, file('etc/alpine-release', text))).toBeUndefined();
    });
  },
);
