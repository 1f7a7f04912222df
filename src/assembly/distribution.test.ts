import { describe, expect, it } from 'vitest';
import { hasShared, readShared } from '../../test/support/shared.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { parseReleaseFields } from '../formats/release-file.ts';
import { type ReleaseFile, releasePaths } from '../model/distribution.ts';
import { type Detection, detectDistribution } from './distribution.ts';

/** Detects from files as an image has them, in the order in which assembly brings them. */
function detect(files: Readonly<Record<string, string>>): Detection {
  const paths: readonly string[] = releasePaths;
  expect(Object.keys(files).filter((path) => !paths.includes(path))).toEqual([]);
  const present: ReleaseFile[] = releasePaths.flatMap((path) => {
    const text = files[path];
    return text === undefined ? [] : [{ path, text, fields: parseReleaseFields(text) }];
  });
  return detectDistribution(present, ecosystems);
}

function nameOf({ distribution }: Detection): string | undefined {
  return distribution === undefined ? undefined : `${distribution.id}:${distribution.version}`;
}

const osRelease = (id: string, version: string, more = ''): string =>
  `NAME=x\nID=${id}\nVERSION_ID="${version}"\n${more}`;

describe('detectDistribution', () => {
  it.each([
    [
      'os-release comes first',
      { 'etc/os-release': osRelease('debian', '12'), 'etc/debian_version': '12.8\n' },
      'debian:12',
    ],
    ['usr/lib/os-release when etc has none', { 'usr/lib/os-release': osRelease('alpine', '3.20.3') }, 'alpine:v3.20'],
    [
      'a distroless image, which has os-release alone',
      { 'usr/lib/os-release': 'PRETTY_NAME="Distroless"\nID="debian"\nVERSION_ID="12"\n' },
      'debian:12',
    ],
    ['a release newer than our table', { 'etc/os-release': osRelease('debian', '19') }, 'debian:19'],
    ['an unquoted id in capitals', { 'etc/os-release': 'ID=Ubuntu\nVERSION_ID=24.04\n' }, 'ubuntu:24.04'],
    [
      'lsb-release of an old Ubuntu',
      { 'etc/lsb-release': 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=12.04\n' },
      'ubuntu:12.04',
    ],
    ['debian_version alone', { 'etc/debian_version': '7.11\n' }, 'debian:7'],
    [
      'apt sources alone',
      { 'etc/apt/sources.list': 'deb http://deb.example.org/ubuntu/ jammy main\n' },
      'ubuntu:22.04',
    ],
    ['alpine-release alone', { 'etc/alpine-release': '3.4.6\n' }, 'alpine:v3.4'],
    ['an old Amazon Linux', { 'etc/os-release': osRelease('amzn', '2018.03') }, 'amzn:2018.03'],
    [
      'Amazon Linux 2023',
      { 'etc/system-release': 'Amazon Linux release 2023.5.20240916 (Amazon Linux)\n' },
      'amzn:2023',
    ],
    ['Red Hat Enterprise Linux', { 'etc/os-release': osRelease('rhel', '9.4') }, 'rhel:9'],
    [
      'an empty os-release before another file',
      { 'etc/os-release': '', 'etc/alpine-release': '3.20.3' },
      'alpine:v3.20',
    ],
  ])('recognises %s', (_, files, expected) => {
    const detection = detect(files as unknown as Record<string, string>);

    expect(nameOf(detection)).toBe(expected);
    expect(detection.contradictions).toEqual([]);
  });

  it.each([
    ['no release file', {}],
    [
      'a derivative of Debian, although it has debian_version and Debian sources',
      {
        'etc/os-release': 'ID=kali\nID_LIKE=debian\nVERSION_ID="2024.3"\n',
        'etc/debian_version': '12.5\n',
        'etc/apt/sources.list': 'deb http://deb.example.org/debian bookworm main\n',
      },
    ],
    [
      'a derivative that only lsb-release names',
      { 'etc/lsb-release': 'DISTRIB_ID=LinuxMint\n', 'etc/debian_version': '12.4' },
    ],
    [
      'a derivative of Alpine',
      { 'etc/os-release': osRelease('postmarketos', '24.06'), 'etc/alpine-release': '3.19.0' },
    ],
    [
      'a relative of Red Hat',
      { 'etc/os-release': osRelease('eurolinux', '9.4'), 'etc/redhat-release': 'EuroLinux release 9.4' },
    ],
    ['a relative without os-release', { 'etc/redhat-release': 'Scientific Linux release 6.10 (Carbon)' }],
    ['an id that only begins like one', { 'etc/os-release': osRelease('debian-like', '12') }],
    ['a version that is none', { 'etc/os-release': osRelease('ubuntu', '../../etc') }],
    [
      'garbage',
      { 'etc/os-release': '\0\u{1F4A5}=\nID', 'etc/debian_version': '\0', 'etc/redhat-release': ' release ' },
    ],
  ])('recognises nothing in %s', (_, files) => {
    expect(detect(files as unknown as Record<string, string>)).toEqual({ contradictions: [] });
  });

  it('says which files name another distribution or release than the first', () => {
    const detection = detect({
      'etc/os-release': osRelease('debian', '12'),
      'usr/lib/os-release': osRelease('debian', '11'),
      'etc/lsb-release': 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\n',
    });

    expect(nameOf(detection)).toBe('debian:12');
    expect(detection.contradictions).toEqual([
      'usr/lib/os-release says debian:11, but etc/os-release says debian:12, which decided',
      'etc/lsb-release says ubuntu:22.04, but etc/os-release says debian:12, which decided',
    ]);
  });

  it.each([
    [
      'Ubuntu, whose debian_version names the next Debian',
      { 'etc/os-release': osRelease('ubuntu', '22.04'), 'etc/debian_version': 'bookworm/sid\n' },
    ],
    [
      'Oracle Linux, whose redhat-release has the words of Red Hat',
      {
        'etc/os-release': osRelease('ol', '8.10'),
        'etc/oracle-release': 'Oracle Linux Server release 8.10',
        'etc/redhat-release': 'Red Hat Enterprise Linux release 8.10 (Ootpa)',
      },
    ],
    [
      'an old Oracle Linux without os-release',
      {
        'etc/oracle-release': 'Oracle Linux Server release 5.11',
        'etc/redhat-release': 'Red Hat Enterprise Linux Server release 5.11 (Tikanga)',
      },
    ],
    [
      'Debian testing, which is one in all its files',
      {
        'etc/os-release': 'ID=debian\nVERSION_CODENAME=forky\n',
        'etc/apt/sources.list.d/debian.sources': 'Types: deb\nSuites: testing testing-updates\nComponents: main\n',
        'etc/debian_version': 'forky/sid\n',
      },
    ],
  ])('finds no contradiction in %s', (_, files) => {
    const detection = detect(files as unknown as Record<string, string>);

    expect(detection.distribution).toBeDefined();
    expect(detection.contradictions).toEqual([]);
  });

  it.skipIf(!hasShared)('agrees with the reference cases', () => {
    /** Names that the cases have for what os-release calls otherwise. */
    const renamed = new Map([
      ['ol', 'oracle'],
      // The cases count Red Hat Enterprise Linux among CentOS, since both were judged by the same advisories.
      ['rhel', 'centos'],
    ]);
    const cases = ['namespaces.json', 'namespaces-v2.1.8-extra.json'].flatMap(
      (file) => JSON.parse(readShared(`clair/cases/${file}`).toString()).cases,
    );
    expect(cases).toHaveLength(19);

    for (const { files, expected } of cases) {
      const { distribution } = detect(files);
      const name = distribution && `${renamed.get(distribution.id) ?? distribution.id}:${distribution.version}`;
      expect([files, name ?? null]).toEqual([files, expected]);
    }
  });
});
