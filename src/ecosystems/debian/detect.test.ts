import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import type { ReleaseFile } from '../../model/distribution.ts';
import { detectDebian } from './detect.ts';

function file(path: string, text: string): ReleaseFile {
  return { path, text, fields: parseReleaseFields(text) };
}

const development = (codename: string): ReleaseFile =>
  file('etc/os-release', `PRETTY_NAME="Debian GNU/Linux ${codename}/sid"\nID=debian\nVERSION_CODENAME=${codename}\n`);
const sources = (suites: string): ReleaseFile =>
  file(
    'etc/apt/sources.list.d/debian.sources',
    `Types: deb\nURIs: http://deb.example.org\nSuites: ${suites}\nComponents: main\n`,
  );
const list = (...lines: string[]): ReleaseFile => file('etc/apt/sources.list', lines.join('\n'));

function detect(first: ReleaseFile, ...others: ReleaseFile[]): string | undefined {
  return detectDebian(first, [first, ...others])?.version;
}

describe('detectDebian', () => {
  it('knows the release with its codename and end of long-term support', () => {
    const release = file('etc/os-release', 'PRETTY_NAME="Distroless"\nID=debian\nVERSION_ID="12"\n');

    expect(detectDebian(release, [release])).toEqual({
      id: 'debian',
      version: '12',
      name: 'Debian GNU/Linux 12 (bookworm)',
      codename: 'bookworm',
      endOfLife: '2028-06-30',
    });
  });

  it.each([
    ['testing by its codename', [development('forky')], '14'],
    ['testing by its sources', [development('forky'), sources('testing testing-updates')], '14'],
    ['unstable by its sources', [development('forky'), sources('sid')], 'unstable'],
    ['unstable by the list of sources', [development('trixie'), list('deb http://x/debian unstable main')], 'unstable'],
    ['a codename that is newer than our table', [development('zurg')], 'unstable'],
    [
      'an old os-release with the codename in its title',
      [file('etc/os-release', 'PRETTY_NAME="Debian GNU/Linux jessie/sid"\nID=debian\n')],
      '8',
    ],
    ['a point release', [file('etc/debian_version', '13.1\n')], '13'],
    ['squeeze, whose version has three parts', [file('etc/debian_version', '6.0.10\n')], '6'],
    ['debian_version of testing', [file('etc/debian_version', 'trixie/sid\n')], '13'],
    [
      'debian_version of unstable',
      [file('etc/debian_version', 'trixie/sid\n'), list('deb http://x sid main')],
      'unstable',
    ],
    ['lsb-release', [file('etc/lsb-release', 'DISTRIB_ID=Debian\nDISTRIB_RELEASE=8.2\n')], '8'],
    ['the suite of a pocket', [list('deb http://security.example.org bookworm-security main')], '12'],
    ['the older name of a pocket', [list('deb http://security.example.org stretch/updates main')], '9'],
    [
      'a source with options',
      [list('# deb http://x buster main', 'deb [ arch=amd64 signed-by=/k.gpg ] http://x bullseye main')],
      '11',
    ],
  ])('recognises %s', (_, files, version) => {
    const [first, ...others] = files as [ReleaseFile, ...ReleaseFile[]];

    expect(detect(first, ...others)).toBe(version);
  });

  it.each([
    ['an os-release that says nothing more', [file('etc/os-release', 'ID=debian\n')]],
    [
      'an lsb-release that a derivative carries along',
      [
        file('etc/lsb-release', 'DISTRIB_ID=Debian\nDISTRIB_RELEASE=12\n'),
        file('etc/os-release', 'ID=x\nID_LIKE=debian\n'),
      ],
    ],
    ['a source of somebody else', [list('deb https://download.example.org/linux bookworm stable')]],
    ['a name that moves with time', [list('deb http://x/debian stable main')]],
    ['a suite of Ubuntu', [list('deb http://x/ubuntu jammy main')]],
    [
      'sources that are switched off',
      [file('etc/apt/sources.list.d/debian.sources', 'Enabled: no\nSuites: sid\nComponents: main\n')],
    ],
    ['a commented source', [list('#deb http://x bookworm main')]],
    ['debian_version of a derivative', [file('etc/debian_version', '12.4'), file('etc/os-release', 'ID=mx\n')]],
    ['a text that is no version', [file('etc/debian_version', '12x')]],
  ])('recognises nothing in %s', (_, files) => {
    const [first, ...others] = files as [ReleaseFile, ...ReleaseFile[]];

    expect(detect(first, ...others)).toBeUndefined();
  });
});
