import { describe, expect, it } from 'vitest';
import { parsePackageUrl } from './package-url.ts';

describe('parsePackageUrl', () => {
  it.each([
    [
      'an rpm with qualifiers',
      'pkg:rpm/redhat/redis@6.2.17-1.module%2Bel8.10.0?arch=src&epoch=1&rpmmod=redis:6:810:48',
      { type: 'rpm', namespace: 'redhat', name: 'redis', version: '6.2.17-1.module+el8.10.0' },
      { arch: 'src', epoch: '1', rpmmod: 'redis:6:810:48' },
    ],
    [
      'no version',
      'pkg:rpm/redhat/kernel?arch=src',
      { type: 'rpm', namespace: 'redhat', name: 'kernel' },
      { arch: 'src' },
    ],
    ['no namespace', 'pkg:gem/nokogiri', { type: 'gem', name: 'nokogiri' }, {}],
    [
      'an encoded scope',
      'pkg:npm/%40keycloak/x@1',
      { type: 'npm', namespace: '@keycloak', name: 'x', version: '1' },
      {},
    ],
    ['a scope that is not encoded', 'pkg:npm/@a/b', { type: 'npm', namespace: '@a', name: 'b' }, {}],
    ['a scope and a version', 'pkg:npm/@a/b@1', { type: 'npm', namespace: '@a', name: 'b', version: '1' }, {}],
    ['a slash in its version', 'pkg:pypi/foo-bar@1.0/x', { type: 'pypi', name: 'foo-bar', version: '1.0/x' }, {}],
    [
      'a scope, and a slash in its version',
      'pkg:npm/@a/b@1/@c',
      { type: 'npm', namespace: '@a', name: 'b', version: '1/@c' },
      {},
    ],
    ['nothing but marks', 'pkg:npm/@/@/@', { type: 'npm', namespace: '@/@', name: '@' }, {}],
    [
      'a subpath',
      'pkg:golang/a/b/c@v1#d',
      { type: 'golang', namespace: 'a/b', name: 'c', version: 'v1', subpath: 'd' },
      {},
    ],
    ['a bad encoding', 'pkg:rpm/redhat/a%zz@1', { type: 'rpm', namespace: 'redhat', name: 'a%zz', version: '1' }, {}],
  ])('reads one with %s', (_, text, expected, qualifiers) => {
    const { qualifiers: found, ...rest } = parsePackageUrl(text)!;

    expect(rest).toEqual(expected);
    expect(Object.fromEntries(found)).toEqual(qualifiers);
  });

  it.each([[''], ['rpm/redhat/kernel'], ['pkg:'], ['pkg:rpm'], ['pkg:rpm/'], ['pkg:?a=b']])('%j is none', (text) => {
    expect(parsePackageUrl(text)).toBeUndefined();
  });
});
