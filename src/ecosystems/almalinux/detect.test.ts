import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { detectAlmalinux } from './detect.ts';

function file(path: string, text: string): ReleaseFile {
  return { path, text, fields: parseReleaseFields(text) };
}

function detect(path: string, text: string, ...others: ReleaseFile[]): Distribution | undefined {
  const first = file(path, text);
  return detectAlmalinux(first, [first, ...others]);
}

describe('detectAlmalinux', () => {
  it.each([
    ['etc/redhat-release', 'AlmaLinux release 8.9 (Midnight Oncilla)', '8'],
    ['etc/os-release', 'NAME="AlmaLinux"\nID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.5"\n', '9'],
    ['usr/lib/os-release', 'ID=almalinux\nVERSION_ID=10.0\n', '10'],
  ])('recognises %s with %j', (path, text, version) => {
    expect(detect(path, text)).toMatchObject({ id: 'almalinux', version, endOfLife: expect.stringMatching(/^20/) });
  });

  it.each([
    ['etc/redhat-release', 'CentOS Linux release 8.5'],
    ['etc/redhat-release', 'AlmaLinux'],
    ['etc/oracle-release', 'AlmaLinux release 8.9 (Midnight Oncilla)'],
    ['etc/os-release', 'ID=other\nID_LIKE=almalinux\nVERSION_ID=9\n'],
    ['etc/os-release', 'ID=almalinux\n'],
    ['etc/os-release', 'ID=almalinux\nVERSION_ID=Kitten\n'],
  ])('recognises nothing in %s with %j', (path, text) => {
    expect(detect(path, text)).toBeUndefined();
  });

  it('knows the name of a release that is newer than the table', () => {
    expect(detect('etc/os-release', 'ID=almalinux\nVERSION_ID=11.1\n')).toEqual({
      id: 'almalinux',
      version: '11',
      name: 'AlmaLinux 11',
    });
  });

  it('does not go by a line where a file names another distribution', () => {
    expect(
      detect('etc/redhat-release', 'AlmaLinux release 8.9 (Midnight Oncilla)', file('etc/os-release', 'ID=other\n')),
    ).toBeUndefined();
  });
});
