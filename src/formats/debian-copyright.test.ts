import { describe, expect, it } from 'vitest';
import { licencesOfCopyright } from './debian-copyright.ts';

describe('licencesOfCopyright', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'the machine-readable form',
      'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: A\nLicense: Expat\n\nFiles: debian/*\nCopyright: B\nLicense: GPL-2+ or Artistic\n text\n\nLicense: Expat\n Permission is\n License: no\n',
      ['Expat', 'GPL-2+ or Artistic'],
    ],
    [
      'references to common licences',
      "It is under the GPL, version 2; see\n/usr/share/common-licenses/GPL-2.\nand `/usr/share/common-licenses/BSD'",
      ['GPL-2', 'BSD-3-Clause'],
    ],
    [
      'those of any later version',
      'either version 2.1, or (at your option) any\n later version. /usr/share/common-licenses/LGPL-2.1, /usr/share/common-licenses/Apache-2.0',
      ['LGPL-2.1+', 'Apache-2.0'],
    ],
    ['nothing', 'Do what you like.', []],
    ['an empty file', '', []],
  ])('reads %s', (_, text, expected) => {
    expect(licencesOfCopyright(text)).toEqual(expected);
  });

  it('takes a megabyte of anything, and five hundred names', () => {
    expect(licencesOfCopyright('any '.repeat(250_000))).toEqual([]);
    expect(licencesOfCopyright(`any${' '.repeat(1_000_000)}`)).toEqual([]);
    const many = Array.from({ length: 5000 }, (_, i) => `License: L-${i}`).join('\n');
    expect(licencesOfCopyright(`Format: x\n${many}`)).toHaveLength(500);
  });
});
