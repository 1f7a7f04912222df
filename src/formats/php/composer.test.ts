import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parseComposerInstalled, parseComposerLock } from './composer.ts';

const sha1 = 'AB'.repeat(20);
const anchor = {
  name: 'Mooring/anchor',
  version: 'v1.2.0',
  dist: { type: 'zip', shasum: sha1 },
  require: { php: '>=8', 'ext-json': '*', 'lib-icu': '*', 'composer-plugin-api': '^2', 'mooring/rope': '^1' },
  license: ['MIT', 'Apache-2.0'],
};
const rope = { name: 'mooring/rope', version: 'dev-main', dist: { shasum: '' }, license: 'MIT' };

const read = [
  {
    name: 'Mooring/anchor',
    version: 'v1.2.0',
    licences: ['MIT', 'Apache-2.0'],
    requires: ['mooring/rope'],
    development: false,
    sha1: sha1.toLowerCase(),
  },
  { name: 'mooring/rope', version: 'dev-main', licences: ['MIT'], requires: [], development: true },
];

describe('parseComposerInstalled', () => {
  it('reads the form of Composer 2', () => {
    const text = JSON.stringify({ packages: [anchor, rope], dev: true, 'dev-package-names': ['mooring/rope'] });

    expect(parseComposerInstalled(text)).toEqual({ packages: read, unreadable: 0 });
  });

  it('reads the form of Composer 1, which does not tell what is for development', () => {
    const expected = read.map((one) => ({ ...one, development: false }));

    expect(parseComposerInstalled(JSON.stringify([anchor, rope]))).toEqual({ packages: expected, unreadable: 0 });
  });
});

describe('parseComposerLock', () => {
  it('reads both lists', () => {
    const text = JSON.stringify({ packages: [anchor], 'packages-dev': [rope] });

    expect(parseComposerLock(text)).toEqual({ packages: read, unreadable: 0 });
  });
});

describe.each([
  ['parseComposerInstalled', parseComposerInstalled],
  ['parseComposerLock', parseComposerLock],
])('%s', (_, parse) => {
  it.each([
    ['nothing', ''],
    ['blanks', ' \n'],
    ['one byte', '{'],
    ['text', 'not json'],
    ['null', 'null'],
    ['a number', '1'],
    ['an object without packages', '{}'],
    ['packages that are no list', '{"packages": {"a/b": "1"}}'],
    ['packages of a prototype', '{"__proto__": {"packages": []}}'],
    ['lists in lists without an end', '['.repeat(100_000)],
  ])('refuses %s', (_title, text) => {
    expect(() => parse(text)).toThrow(FormatError);
  });

  it('refuses every beginning', () => {
    const text = JSON.stringify({ packages: [anchor, rope], 'packages-dev': [] });
    for (let length = 0; length < text.length; length++) {
      expect(() => parse(text.slice(0, length)), String(length)).toThrow(FormatError);
    }
  });

  it('counts what has no name or no version, and reads the rest', () => {
    const broken = [null, 1, 'a/b', [], {}, { name: 'a/b' }, { name: 1, version: '1' }, { name: ' ', version: '1' }];
    const text = JSON.stringify({ packages: [...broken, { name: 'a/b', version: '1' }] });

    expect(parse(text)).toMatchObject({ packages: [{ name: 'a/b', version: '1' }], unreadable: broken.length });
  });

  it('takes keys of a prototype for data', () => {
    const text = `{"packages": [{"name": "__proto__", "version": "1", "__proto__": {"license": "MIT"},
      "require": {"__proto__": "1", "a/__proto__": "1"}}]}`;

    expect(parse(text).packages).toEqual([
      { name: '__proto__', version: '1', licences: [], requires: ['a/__proto__'], development: false },
    ]);
  });

  it('leaves out a field of another type than it has', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (license, require, dist, names) => {
        const entry = { name: 'a/b', version: '1', license, require, dist };
        const { packages } = parse(JSON.stringify({ packages: [entry], 'dev-package-names': names }));
        expect(packages).toMatchObject([{ name: 'a/b', version: '1' }]);
      }),
    );
  });
});
