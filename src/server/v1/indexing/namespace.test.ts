import { describe, expect, it } from 'vitest';
import { processorTime } from '../../../../test/support/processor-time.ts';
import { hasShared, readShared } from '../../../../test/support/shared.ts';
import { detectDistribution } from '../../../assembly/distribution.ts';
import { ecosystems } from '../../../ecosystems/index.ts';
import { parseReleaseFields } from '../../../formats/release-file.ts';
import type { ReleaseFile } from '../../../model/distribution.ts';
import { detectNamespace, namespaceOf } from './namespace.ts';

type Files = Readonly<Record<string, string>>;

/** A file without text is a link. */
function namespaceIn(files: Files): string | undefined {
  const texts = new Map(Object.entries(files));
  const namespace = detectNamespace(
    { text: (path) => texts.get(path) || undefined, has: (path) => texts.has(path) },
    ecosystems,
  );
  return namespace && `${namespace.name} ${namespace.versionFormat}`;
}

interface Case {
  readonly detector: string;
  readonly files: Files;
  readonly expected: string | null;
}

const recorded = hasShared
  ? ['namespaces', 'namespaces-v2.1.8-extra'].flatMap(
      (file) => (JSON.parse(readShared(`clair/cases/${file}.json`).toString()) as { cases: Case[] }).cases,
    )
  : [];

const os = (id: string, version: string): string => `NAME="X"\nID=${id}\nVERSION_ID=${version}\n`;

describe('the namespace of a layer', () => {
  it.skipIf(!hasShared)('has cases to be compared with', () => {
    expect(recorded).toHaveLength(19);
  });

  it.each(recorded)('is that of Clair: $detector $files', ({ files, expected }) => {
    expect(namespaceIn(files)?.split(' ')[0] ?? null).toBe(expected);
  });

  it.each<[string, Files, string | undefined]>([
    ['nothing', {}, undefined],
    ['quotes and case', { 'etc/os-release': 'ID="Debian"\nVERSION_ID="12"\n' }, 'debian:12 dpkg'],
    ['single quotes stay', { 'etc/os-release': "ID='debian'\nVERSION_ID='12'\n" }, undefined],
    ['lines that end as in DOS', { 'etc/os-release': 'ID=debian\r\nVERSION_ID=12\r\n' }, 'debian:12 dpkg'],
    [
      'the later file',
      { 'etc/os-release': os('debian', '11'), 'usr/lib/os-release': os('debian', '12') },
      'debian:12 dpkg',
    ],
    ['an id that nobody knows', { 'etc/os-release': os('plan9', '4') }, undefined],
    ['no version', { 'etc/os-release': 'ID=debian\n' }, undefined],
    ['os-release of Fedora', { 'etc/os-release': os('fedora', '43') }, 'fedora:43 rpm'],
    ['os-release of Red Hat', { 'etc/os-release': os('"rhel"', '"9.4"') }, 'centos:9 rpm'],
    ['os-release of Oracle', { 'etc/os-release': os('"ol"', '"8.10"') }, 'oracle:8 rpm'],
    [
      'a minor release of a distribution that Clair never knew',
      { 'etc/os-release': os('rocky', '9.3') },
      'rocky:9 rpm',
    ],
    ['os-release of Amazon', { 'etc/os-release': os('"amzn"', '"2023"') }, 'amzn:2023 rpm'],
    [
      'os-release is not asked beside redhat-release, be it a link',
      { 'etc/os-release': os('fedora', '43'), 'etc/redhat-release': '' },
      undefined,
    ],
    [
      'a link to centos-release',
      {
        'etc/centos-release': 'CentOS Linux release 7.3.1611 (Core) \n',
        'etc/redhat-release': '',
        'etc/os-release': os('"centos"', '"7"'),
      },
      'centos:7 rpm',
    ],
    [
      'Amazon before os-release',
      { 'etc/system-release': 'Amazon Linux AMI release 2017.03\n', 'etc/os-release': os('"amzn"', '"2018.03"') },
      'amzn:2017.03 rpm',
    ],
    ['Red Hat 7', { 'etc/redhat-release': 'Red Hat Enterprise Linux Server release 7.2 (Maipo)\n' }, 'centos:7 rpm'],
    ['a workstation', { 'etc/redhat-release': 'Red Hat Enterprise Linux Workstation release 7.2\n' }, 'centos:7 rpm'],
    ['Red Hat 8', { 'etc/redhat-release': 'Red Hat Enterprise Linux release 8.0 (Ootpa)\n' }, 'centos:8 rpm'],
    [
      'Fedora',
      { 'etc/redhat-release': 'Fedora release 25 (Twenty Five)\n', 'etc/os-release': os('fedora', '25') },
      'fedora:25 rpm',
    ],
    [
      'Oracle before Red Hat',
      {
        'etc/oracle-release': 'Oracle Linux Server release 7.3\n',
        'etc/redhat-release': 'Red Hat Enterprise Linux Server release 7.3 (Maipo)\n',
        'etc/os-release': os('"ol"', '"7.3"'),
      },
      'oracle:7 rpm',
    ],
    ['a name that only the ecosystems know', { 'etc/centos-release': 'CentOS Stream release 9\n' }, 'centos:9 rpm'],
    ['a name that nobody knows', { 'etc/redhat-release': 'Rocky Linux release 9.3 (Blue Onyx)\n' }, 'rocky:9 rpm'],
    ['Alpine', { 'etc/alpine-release': '3.20.3\n', 'etc/os-release': os('alpine', '3.20.3') }, 'alpine:v3.20 dpkg'],
    ['Alpine before it is released', { 'etc/alpine-release': '3.23.0_alpha20250612\n' }, undefined],
    ['Ubuntu by lsb-release', { 'etc/lsb-release': 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=12.04\n' }, 'ubuntu:12.04 dpkg'],
    ['Debian by lsb-release', { 'etc/lsb-release': 'DISTRIB_ID=Debian\nDISTRIB_RELEASE=8.3\n' }, 'debian:8 dpkg'],
    ['the id comes too late', { 'etc/lsb-release': 'DISTRIB_RELEASE=8.3\nDISTRIB_ID=Debian\n' }, 'debian:8.3 dpkg'],
    [
      'a suite',
      { 'etc/apt/sources.list': '# deb x jessie main\ndeb http://x sid main contrib\n' },
      'debian:unstable dpkg',
    ],
    ['a suite with updates', { 'etc/apt/sources.list': 'deb http://x stretch/updates main\n' }, 'debian:9 dpkg'],
    ['a suite of Ubuntu', { 'etc/apt/sources.list': 'deb http://x xenial universe main\n' }, 'ubuntu:16.04 dpkg'],
    ['options before the suite', { 'etc/apt/sources.list': 'deb [arch=amd64] http://x jessie main\n' }, undefined],
    ['not from main', { 'etc/apt/sources.list': 'deb http://x jessie contrib\n' }, undefined],
    [
      'the first suite that is known',
      { 'etc/apt/sources.list': 'deb http://x foo main\ndeb http://x jessie main\n' },
      'debian:8 dpkg',
    ],
  ])('%s', (_title, files, expected) => {
    expect(namespaceIn(files)).toBe(expected);
  });

  it('takes no time for a line without an end', () => {
    const files = { 'etc/redhat-release': `${'x'.repeat(65_000)} release` };
    expect(processorTime(() => expect(namespaceIn(files)).toBeUndefined())).toBeLessThan(2500);
  });

  it.each(ecosystems.flatMap(({ releases = [] }) => releases).filter(({ version }) => /^v?\d/.test(version)))(
    'is what the command line says of $id $version, under the name that Clair has for it',
    (release) => {
      // openEuler keeps service packs apart from the version: `22.03 (LTS-SP3)`.
      const [month, ...pack] = release.version.split('-');
      const text =
        release.id === 'openeuler' && pack.length > 0
          ? `ID=openEuler\nVERSION="${month} (${pack.join('-')})"\nVERSION_ID="${month}"\n`
          : os(release.id, release.version);
      const files: Files =
        release.id === 'alpine'
          ? { 'etc/alpine-release': `${release.version.slice(1)}.1\n` }
          : { 'etc/os-release': text };
      const own = Object.entries(files).map(
        ([path, content]): ReleaseFile => ({ path, text: content, fields: parseReleaseFields(content) }),
      );
      const { distribution } = detectDistribution(own, ecosystems);
      const { name, versionFormat } = namespaceOf(distribution!, ecosystems);
      expect(namespaceIn(files)).toBe(`${name} ${versionFormat}`);
    },
  );

  it('knows distributions that Clair did not, where an ecosystem does', () => {
    const more = [
      ...ecosystems,
      {
        ...ecosystems.find(({ id }) => id === 'redhat')!,
        id: 'novel',
        releases: [],
        detect: ({ fields }: ReleaseFile) =>
          fields.get('ID') === 'novel' ? { id: 'novel', version: '1', name: 'Novel 1' } : undefined,
      },
    ];
    const text = os('novel', '1.2');
    const texts = { text: (path: string) => (path === 'etc/os-release' ? text : undefined), has: () => false };
    expect(detectNamespace(texts, more)).toEqual({ name: 'novel:1', versionFormat: 'rpm' });
  });
});
