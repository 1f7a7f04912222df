import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { hasChecksum, readRepomd } from './read.ts';

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

describe('readRepomd', () => {
  it('reads files with their checksums', async () => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>
      <repomd xmlns="http://linux.duke.edu/metadata/repo" xmlns:rpm="http://linux.duke.edu/metadata/rpm">
        <revision>1</revision>
        <data type="updateinfo"><checksum type="sha256"> E6F5
        </checksum><open-checksum type="sha512">d0</open-checksum>
          <location href="repodata/updateinfo.xml.gz"/><size>1</size></data>
        <data type="group"><location href="repodata/comps.xml"/></data>
        <data type="nothing"/>
      </repomd>`;

    expect(await readRepomd(once(text))).toEqual([
      {
        type: 'updateinfo',
        href: 'repodata/updateinfo.xml.gz',
        checksum: { type: 'sha256', hex: 'e6f5' },
        openChecksum: { type: 'sha512', hex: 'd0' },
      },
      { type: 'group', href: 'repodata/comps.xml' },
    ]);
  });

  it('reads one that lists nothing', async () => {
    expect(await readRepomd(once('<repomd/>'))).toEqual([]);
  });

  it.each(['<updates/>', '', 'not xml', '<repomd>'])('refuses %j', async (text) => {
    await expect(readRepomd(once(text))).rejects.toThrow(FormatError);
  });
});

describe('hasChecksum', () => {
  it.each([
    ['sha256', '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824', true],
    ['sha', 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d', true],
    ['SHA1', 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d', true],
    ['sha256', '00', false],
    ['sha256', '', false],
  ])('%s %s: %s', (type, hex, expected) => {
    expect(hasChecksum(Buffer.from('hello'), { type, hex })).toBe(expected);
  });

  it('refuses a kind of digest that it does not know', () => {
    expect(() => hasChecksum(Buffer.from('hello'), { type: 'crc32', hex: '00' })).toThrow('"crc32"');
  });
});
