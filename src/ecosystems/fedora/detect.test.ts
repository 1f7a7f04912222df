import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { detectFedora } from './detect.ts';

function file(path: string, text: string): ReleaseFile {
  return { path, text, fields: parseReleaseFields(text) };
}

function detect(path: string, text: string, ...others: ReleaseFile[]): Distribution | undefined {
  const first = file(path, text);
  return detectFedora(first, [first, ...others]);
}

describe('detectFedora', () => {
  it.each([
    ['etc/redhat-release', 'Fedora release 41 (Forty One)', '41'],
    ['etc/os-release', 'NAME="Fedora Linux"\nID=fedora\nVERSION_ID=42\nVARIANT_ID=container\n', '42'],
  ])('recognises %s with %j', (path, text, version) => {
    expect(detect(path, text)).toMatchObject({ id: 'fedora', version, endOfLife: expect.stringMatching(/^20/) });
  });

  it.each([
    ['etc/redhat-release', 'Fedora release Rawhide'],
    ['etc/os-release', 'ID=other\nID_LIKE=fedora\nVERSION_ID=41\n'],
    ['etc/os-release', 'ID=fedora\nVERSION_ID=eln\n'],
    ['etc/os-release', 'ID=fedora\n'],
  ])('recognises nothing in %s with %j', (path, text) => {
    expect(detect(path, text)).toBeUndefined();
  });

  it('does not go by a line where a file names another distribution', () => {
    expect(detect('etc/redhat-release', 'Fedora release 41', file('etc/os-release', 'ID=other\n'))).toBeUndefined();
  });
});
