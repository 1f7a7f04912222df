import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import type { ReleaseFile } from '../../model/distribution.ts';
import { detectUbuntu } from './detect.ts';

function file(path: string, text: string): ReleaseFile {
  return { path, text, fields: parseReleaseFields(text) };
}

function detect(first: ReleaseFile, ...others: ReleaseFile[]): string | undefined {
  return detectUbuntu(first, [first, ...others])?.version;
}

describe('detectUbuntu', () => {
  it('knows the release with its codename and end of standard support', () => {
    const release = file('etc/os-release', 'ID=ubuntu\nVERSION_ID="22.04"\n');

    expect(detectUbuntu(release, [release])).toEqual({
      id: 'ubuntu',
      version: '22.04',
      name: 'Ubuntu 22.04 LTS (jammy)',
      codename: 'jammy',
      endOfLife: '2027-06-01',
    });
  });

  it.each([
    ['a point release', file('etc/lsb-release', 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=20.04.6\n'), '20.04'],
    ['a codename alone', file('etc/os-release', 'ID=ubuntu\nVERSION_CODENAME=noble\n'), '24.04'],
    ['a release newer than our table', file('etc/os-release', 'ID=ubuntu\nVERSION_ID=30.10\n'), '30.10'],
    [
      'paragraphs of apt sources',
      file(
        'etc/apt/sources.list.d/ubuntu.sources',
        'Types: deb\nSuites: noble noble-updates\nComponents: main universe\n',
      ),
      '24.04',
    ],
  ])('recognises %s', (_, release, version) => {
    expect(detect(release)).toBe(version);
  });

  it.each([
    ['Ubuntu Core', file('etc/os-release', 'ID=ubuntu-core\nVERSION_ID=22\n')],
    ['a codename that nobody knows', file('etc/os-release', 'ID=ubuntu\nVERSION_CODENAME=zany\n')],
    ['a suite of Debian', file('etc/apt/sources.list', 'deb http://x bookworm main')],
  ])('recognises nothing in %s', (_, release) => {
    expect(detect(release)).toBeUndefined();
  });

  it('does not take a derivative for Ubuntu because of its sources', () => {
    const mint = file('etc/os-release', 'ID=linuxmint\nVERSION_ID=21\n');

    expect(detect(file('etc/apt/sources.list', 'deb http://x jammy main'), mint)).toBeUndefined();
  });
});
