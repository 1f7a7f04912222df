import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { detectOracle } from './detect.ts';

function file(path: string, text: string): ReleaseFile {
  return { path, text, fields: parseReleaseFields(text) };
}

function detect(path: string, text: string, ...others: ReleaseFile[]): Distribution | undefined {
  const first = file(path, text);
  return detectOracle(first, [first, ...others]);
}

describe('detectOracle', () => {
  it.each([
    ['etc/oracle-release', 'Oracle Linux Server release 7.2', '7'],
    ['etc/os-release', 'ID="ol"\nVERSION_ID="8.10"\n', '8'],
  ])('recognises %s with %j', (path, text, version) => {
    expect(detect(path, text)).toMatchObject({ id: 'ol', version, endOfLife: expect.stringMatching(/^20/) });
  });

  it.each([
    ['etc/oracle-release', 'Oracle Solaris release 11'],
    ['etc/oracle-release', 'Oracle Linux'],
    ['etc/redhat-release', 'Oracle Linux Server release 7.2'],
    ['etc/os-release', 'ID=other\nVERSION_ID=8.10\n'],
    ['etc/os-release', 'ID=ol\n'],
  ])('recognises nothing in %s with %j', (path, text) => {
    expect(detect(path, text)).toBeUndefined();
  });

  it('does not go by a line where a file names another distribution', () => {
    expect(
      detect('etc/oracle-release', 'Oracle Linux Server release 7.2', file('etc/os-release', 'ID=other\n')),
    ).toBeUndefined();
  });
});
