import { describe, expect, it } from 'vitest';
import { integrityHashes, urlHashes } from './integrity.ts';
import { aliased, cleanVersion, dependencyNames, isPackageName, isVersion, splitName } from './names.ts';

describe('isPackageName', () => {
  it.each(['lodash', '@babel/core', 'JSONStream', 'c0n-fab_u.laTION', '7zip-bin', '_', '__proto__', "o'clock~!*()"])(
    'takes %s',
    (name) => expect(isPackageName(name)).toBe(true),
  );

  it.each([
    '',
    ' ',
    '.bin',
    '@scope',
    '@scope/',
    '/name',
    'a/b',
    '{{name}}',
    '<%= name %>',
    'a b',
    'http://x',
    'ä',
    5,
    null,
  ])('does not take %j', (name) => expect(isPackageName(name)).toBe(false));

  it('does not take a name that nobody could publish for its length', () => {
    expect(isPackageName('a'.repeat(401))).toBe(false);
  });
});

it.each([
  ['lodash@4.17.21', 'lodash', '4.17.21'],
  ['@babel/core@npm:^7', '@babel/core', 'npm:^7'],
  ['left-pad', 'left-pad', ''],
  ['a@git@github.com:b/c', 'a', 'git@github.com:b/c'],
])('splits %s', (text, name, rest) => expect(splitName(text)).toEqual({ name, rest }));

it.each([
  ['npm:string-width@^4.2.0', { name: 'string-width', rest: '^4.2.0' }],
  ['npm:@babel/core@7', { name: '@babel/core', rest: '7' }],
  ['npm:7zip-bin@5.0.0', { name: '7zip-bin', rest: '5.0.0' }],
  ['npm:lodash', { name: 'lodash', rest: '' }],
  ['npm:^1.0.0', undefined],
  ['npm:1.0.0', undefined],
  ['^1.0.0', undefined],
  [5, undefined],
])('sees that %j means %j', (wanted, means) => expect(aliased(wanted)).toEqual(means));

it('names what is needed once, aliases resolved, and passes over what is no list', () => {
  const names = dependencyNames(
    JSON.parse('{"b": "^1", "cjs": "npm:a@^4", "__proto__": "1", "bad name": "1"}'),
    ['x'],
    'y',
    undefined,
    { a: 5 },
  );

  expect(names).toEqual(['__proto__', 'a', 'b']);
  expect(dependencyNames({})).toBeUndefined();
});

it.each([
  [' v1.2.3 ', '1.2.3'],
  ['=1.2.3', '1.2.3'],
  ['= v1.2.3', '= v1.2.3'],
  ['vagrant', 'vagrant'],
  [1, ''],
])('cleans the version %j to %j', (version, clean) => expect(cleanVersion(version)).toBe(clean));

it.each([
  ['1.2.3', true],
  ['1.0.0-alpha.37', true],
  ['2.1.6+git', true],
  ['1.2', false],
  ['^1.2.3', false],
  ['https://example.com/a.tgz', false],
  ['267087851ad5fac92a184749c27cd539e2fc862e', false],
])('says of %s whether it is a version', (text, is) => expect(isVersion(text)).toBe(is));

describe('integrityHashes', () => {
  const sha1 = Buffer.alloc(20, 1);
  const sha512 = Buffer.alloc(64, 2);

  it('reads several digests, with options', () => {
    expect(integrityHashes(`sha1-${sha1.toString('base64')} sha512-${sha512.toString('base64')}?x`)).toEqual({
      sha1: sha1.toString('hex'),
      sha512: sha512.toString('hex'),
    });
  });

  it.each([
    '',
    'sha512-parent',
    'sha512',
    'crc32-AAAA',
    `constructor-${sha1.toString('base64')}`,
    5,
    undefined,
    'x'.repeat(3000),
  ])('finds none in %j', (integrity) => expect(integrityHashes(integrity)).toBeUndefined());

  it('reads the one behind the address of an archive', () => {
    const hex = sha1.toString('hex');
    expect(urlHashes(`https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#${hex}`)).toEqual({ sha1: hex });
    expect(urlHashes(`git://github.com/a/b.git#${hex}`)).toBeUndefined();
    expect(urlHashes(undefined)).toBeUndefined();
  });
});
