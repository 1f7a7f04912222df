import { describe, expect, it } from 'vitest';
import { parseReleaseFields } from '../../formats/release-file.ts';
import { detectAzureLinux } from './detect.ts';

function detect(text: string, path = 'etc/os-release'): string | undefined {
  const found = detectAzureLinux({ path, text, fields: parseReleaseFields(text) });
  return found === undefined ? undefined : `${found.id}:${found.version} ${found.name} ${found.endOfLife ?? ''}`.trim();
}

describe('detectAzureLinux', () => {
  it.each([
    ['NAME="Common Base Linux Mariner"\nID=mariner\nVERSION_ID="2.0"\n', 'mariner:2.0 CBL-Mariner 2.0 2025-07-31'],
    ['ID=mariner\nVERSION_ID=2.0.20240123\n', 'mariner:2.0 CBL-Mariner 2.0 2025-07-31'],
    ['ID=mariner\nVERSION_ID=1.0\n', 'mariner:1.0 CBL-Mariner 1.0 2023-07-31'],
    ['ID=azurelinux\nVERSION_ID="3.0"\n', 'azurelinux:3.0 Azure Linux 3.0'],
    ['ID=azurelinux\nVERSION_ID="4.0"\n', 'azurelinux:4.0 Azure Linux 4.0'],
  ])('recognises %j', (text, expected) => {
    expect(detect(text)).toBe(expected);
  });

  it.each(['ID=other\nVERSION_ID=2.0\n', 'ID=mariner\n', 'ID=mariner\nVERSION_ID=two\n', 'VERSION_ID=2.0\n'])(
    'recognises nothing in %j',
    (text) => {
      expect(detect(text)).toBeUndefined();
    },
  );

  it('goes by no other file', () => {
    expect(detect('ID=mariner\nVERSION_ID=2.0\n', 'etc/mariner-release')).toBeUndefined();
  });
});
