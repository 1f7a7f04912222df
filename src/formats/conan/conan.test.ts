import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parseConanfile, parseConaninfo, parseConanLock, parseConanReference } from './conan.ts';

describe('parseConanReference', () => {
  it.each([
    ['zlib/1.2.11', { name: 'zlib', version: '1.2.11' }],
    ['zlib/1.2.11@', { name: 'zlib', version: '1.2.11' }],
    ['zlib/1.2.11@_/_', { name: 'zlib', version: '1.2.11' }],
    ['a/1@u/c#rev:id#prev%1.5', { name: 'a', version: '1', user: 'u', channel: 'c' }],
    ['a/[>=1.0 <2]', { name: 'a', version: '[>=1.0 <2]' }],
    ['a/cci.20210118:id', { name: 'a', version: 'cci.20210118' }],
    ['1.2.3', undefined],
    ['', undefined],
    ['/1', undefined],
    ['a/', undefined],
    ['../1', undefined],
    ['a/1 2', undefined],
    [`a/${'1'.repeat(2000)}`, undefined],
  ])('reads %s', (text, expected) => {
    expect(parseConanReference(text)).toEqual(expected);
  });
});

describe('parseConanLock', () => {
  it.each(['', '{', '[]', 'null', '{}', '{"graph_lock": 1}', '{"requires": {}}', '['.repeat(100_000)])(
    'refuses %s',
    (text) => {
      expect(() => parseConanLock(text)).toThrow(FormatError);
    },
  );

  it('takes any values, and counts references that are none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (ref, requires, build_requires) => {
        const nodes = { '0': { ref, requires, build_requires }, '1': { ref: 'a/1' }, '2': 3 };
        const { packages } = parseConanLock(JSON.stringify({ graph_lock: { nodes } }));
        expect(packages).toContainEqual(expect.objectContaining({ name: 'a', version: '1' }));
      }),
    );
    const lists = '"python_requires": ["c/2"], "config_requires": ["d/3"]';
    expect(parseConanLock(`{"requires": ["a/1", "b", 1], ${lists}}`)).toEqual({
      packages: [
        { name: 'a', version: '1' },
        { name: 'c', version: '2', group: 'python' },
        { name: 'd', version: '3', group: 'config' },
      ],
      unreadable: 2,
    });
  });
});

describe('parseConanfile', () => {
  it('reads the sections that ask for packages', () => {
    const text = '# x\n[requires]\na/1 # why\n\n[tool_requires]\nb/2\n[test_requires]\nc/3\n[options]\nd/4\n';
    expect(parseConanfile(text).packages).toEqual([
      { name: 'a', version: '1' },
      { name: 'b', version: '2', group: 'build' },
      { name: 'c', version: '3', group: 'test' },
    ]);
    expect(parseConanfile('').packages).toEqual([]);
    expect(() => parseConanfile('bogus')).toThrow(FormatError);
    expect(parseConaninfo('bogus').packages).toEqual([]);
  });
});
