import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parseVcpkgManifest, parseVcpkgSpdx } from './vcpkg.ts';

describe('parseVcpkgManifest', () => {
  it('reads what it asks for, and which versions it decides', () => {
    const text = JSON.stringify({
      name: 'boat',
      'version-date': '2024-01-01',
      'port-version': 2,
      dependencies: ['fmt', { name: 'zlib', 'version>=': '1.3#1' }, { name: 'curl' }, 1, '../x'],
      overrides: [
        { name: 'curl', version: '8.0.1#3' },
        { name: 'other', version: '1' },
      ],
    });
    expect(parseVcpkgManifest(text)).toEqual({
      own: { name: 'boat', version: '2024-01-01', portVersion: '2', licences: [], requires: ['curl', 'fmt', 'zlib'] },
      wanted: [
        { name: 'fmt', version: '', licences: [], requires: [] },
        { name: 'zlib', version: '>=1.3#1', licences: [], requires: [] },
        { name: 'curl', version: '8.0.1', licences: [], requires: [] },
      ],
    });
  });

  it.each([
    ['by their names', { gui: { dependencies: ['qt', 'fmt', { name: 'boat', features: ['net'] }] }, net: {}, x: 1 }],
    ['in a list', [{ name: 'gui', dependencies: ['qt', 'fmt', 'boat'] }, 1]],
  ])('reads what features want, %s, as optional', (_, features) => {
    const overrides = [{ name: 'qt', version: '6.7' }];
    const text = JSON.stringify({ name: 'boat', version: '1', dependencies: ['fmt'], features, overrides });

    expect(parseVcpkgManifest(text)).toEqual({
      own: { name: 'boat', version: '1', licences: [], requires: ['fmt'] },
      wanted: [
        { name: 'fmt', version: '', licences: [], requires: [] },
        { name: 'qt', version: '6.7', licences: [], requires: [], group: 'optional' },
      ],
    });
  });

  it('leaves out a field of another type than it has', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (name, dependencies, overrides) => {
        expect(() => parseVcpkgManifest(JSON.stringify({ name, dependencies, overrides }))).not.toThrow();
      }),
    );
    expect(parseVcpkgManifest('{"__proto__": {"name": "a"}}')).toEqual({ wanted: [] });
  });
});

it.each([parseVcpkgManifest, parseVcpkgSpdx])('what is no JSON of vcpkg is refused', (parse) => {
  for (const text of ['', '{', '[]', 'null', '1', '['.repeat(100_000)]) expect(() => parse(text)).toThrow(FormatError);
  expect(() => parseVcpkgSpdx('{"packages": [{"SPDXID": "SPDXRef-port", "name": "a"}]}')).toThrow(FormatError);
});
