import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../formats/release-file.ts';
import type { Distribution, ReleaseFile } from '../model/distribution.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import { almalinux } from './almalinux/index.ts';
import { amazon } from './amazon/index.ts';
import { fedora } from './fedora/index.ts';
import { oracle } from './oracle/index.ts';
import { rocky } from './rocky/index.ts';

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
