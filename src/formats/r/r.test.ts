import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parseDescription, parsePackratLock } from './description.ts';
import { parseRenvLock } from './renv-lock.ts';

const description = `Package: rope
Version: 1.2-3
License: GPL (>= 2) |
    file LICENCE
Depends: R (>= 3.5), methods
Imports: anchor (>= 1.0),
    caulk
LinkingTo: anchor, no name
Built: R 4.5.0; ; 2025-01-01 00:00:00 UTC; unix
`;

describe('parseDescription', () => {
  it('reads a package that was installed', () => {
    expect(parseDescription(description)).toEqual({
      name: 'rope',
      version: '1.2-3',
      collection: 'cran',
      built: true,
      licences: ['GPL (>= 2) | file LICENCE'],
      requires: ['anchor', 'caulk', 'methods'],
    });
  });

  it.each([
    ['biocViews: Software', 'bioconductor'],
    ['git_url: https://git.bioconductor.org/packages/rope', 'bioconductor'],
    ['Repository: Bioconductor 3.18', 'bioconductor'],
    // Some of CRAN keep the topics that they had before they moved.
    ['biocViews: Software\nRepository: CRAN', 'cran'],
    ['git_url: https://git.example/rope', 'cran'],
  ])('tells by %j whose it is', (line, collection) => {
    expect(parseDescription(`${description}${line}\n`)?.collection).toBe(collection);
  });

  it.each([
    ['nothing', ''],
    ['text', 'A rope, and how to tie it.\n'],
    ['octave', 'Name: rope\nVersion: 1\n'],
  ])('takes %s for no package', (_, text) => {
    expect(parseDescription(text)).toBeUndefined();
  });

  it.each([
    ['no version', 'Package: a\n'],
    ['a blank version', 'Package: a\nVersion:  \n'],
    ['a name that is none', 'Package: ../a\nVersion: 1\n'],
    ['a name with a colour', 'Package: a\u001b[31m\nVersion: 1\n'],
  ])('refuses %s', (_, text) => {
    expect(() => parseDescription(text)).toThrow(FormatError);
  });
});

describe('parsePackratLock', () => {
  it('reads packages, and counts what is none', () => {
    const md5 = 'AB'.repeat(16);
    const text = `PackratFormat: 1.4
RVersion: 3.1.0

Package: rope
Source: CRAN
Version: 1.2
Hash: ${md5}
Requires: anchor, caulk

Package: reef
Source: Bioconductor
Version: 1.60.0

Package: broken
`;
    expect(parsePackratLock(text)).toMatchObject({
      packages: [
        { name: 'rope', version: '1.2', collection: 'cran', requires: ['anchor', 'caulk'], md5: md5.toLowerCase() },
        { name: 'reef', version: '1.60.0', collection: 'bioconductor', requires: [] },
      ],
      unreadable: 1,
    });
    expect(() => parsePackratLock('Package: a\nVersion: 1\n')).toThrow(FormatError);
  });
});

describe('parseRenvLock', () => {
  it.each(['', ' ', '{', '[]', 'null', '1', '"a"', '['.repeat(100_000)])('refuses %j', (text) => {
    expect(() => parseRenvLock(text)).toThrow(FormatError);
  });

  it('leaves out a field of another type than it has, and takes keys of a prototype for data', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (Source, Requirements, Hash) => {
        const text = JSON.stringify({ Packages: { a: { Package: 'a', Version: '1', Source, Requirements, Hash } } });
        expect(parseRenvLock(text)).toMatchObject({ packages: [{ name: 'a', version: '1' }], unreadable: 0 });
      }),
    );
    const text = '{"Packages": {"__proto__": {"Package": "a", "Version": "1"}, "b": {"Package": "b"}, "c": 1}}';
    expect(parseRenvLock(text)).toMatchObject({ packages: [{ name: 'a' }], unreadable: 2 });
  });
});
