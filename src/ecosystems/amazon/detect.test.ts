import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { detectAmazon } from './detect.ts';

function file(path: string, text: string): ReleaseFile {
  return { path, text, fields: parseReleaseFields(text) };
}

function detect(path: string, text: string, ...others: ReleaseFile[]): Distribution | undefined {
  const first = file(path, text);
  return detectAmazon(first, [first, ...others]);
}

describe('detectAmazon', () => {
  it.each([
    ['etc/system-release', 'Amazon Linux AMI release 2018.03', '2018.03'],
    ['etc/os-release', 'ID="amzn"\nVERSION_ID="2"\n', '2'],
  ])('recognises %s with %j', (path, text, version) => {
    expect(detect(path, text)).toMatchObject({ id: 'amzn', version, endOfLife: expect.stringMatching(/^20/) });
  });

  it.each([
    ['etc/system-release', 'Amazon Web release 2'],
    ['etc/system-release', 'Amazon Linux'],
    ['etc/redhat-release', 'Amazon Linux AMI release 2018.03'],
    ['etc/os-release', 'ID=other\nVERSION_ID=2\n'],
    ['etc/os-release', 'ID=amzn\n'],
  ])('recognises nothing in %s with %j', (path, text) => {
    expect(detect(path, text)).toBeUndefined();
  });

  it('does not go by a line where a file names another distribution', () => {
    expect(
      detect('etc/system-release', 'Amazon Linux AMI release 2018.03', file('etc/os-release', 'ID=other\n')),
    ).toBeUndefined();
  });
});
