import { describe, expect, it } from 'vitest';
import { isInPackages, isVendored, placeOf } from './places.ts';

describe('placeOf', () => {
  it.each([
    ['app/node_modules/lodash/package.json', 'installed'],
    ['node_modules/lodash/package.json', 'installed'],
    ['node_modules/whatwg-url/package.json', 'installed'],
    ['usr/lib/node_modules/npm/node_modules/@npmcli/arborist/package.json', 'installed'],
    ['app/node_modules/a/node_modules/b/package.json', 'installed'],
    ['app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json', 'installed'],
    ['app/node_modules/.pnpm/a@1.0.0/node_modules/@s/a/package.json', 'installed'],
    ['app/node_modules/.bun/a@1.0.0/node_modules/a/package.json', 'installed'],
    ['app/node_modules/.store/a-npm-1.0.0-0123456789/package/package.json', 'installed'],
    ['app/node_modules/.store/a-npm-1.0.0-0123456789/package.json', 'installed'],
    ['usr/share/nodejs/semver/package.json', 'installed'],
    ['usr/share/nodejs/@babel/core/package.json', 'installed'],
    ['app/node_modules/resolve/test/resolver/baz/package.json', 'inner'],
    ['app/node_modules/@s/a/esm/package.json', 'inner'],
    ['app/node_modules/.store/a/lib/package.json', 'none'],
    ['app/node_modules/.cache/x/package.json', 'none'],
    ['app/node_modules/.lodash-AbCdEf/package.json', 'none'],
    ['app/node_modules/@s/package.json', 'none'],
    ['app/node_modules/package.json', 'none'],
    ['node_modules/package.json', 'none'],
    ['package.json', 'own'],
    ['app/package.json', 'own'],
    ['opt/yarn-v1.22.22/package.json', 'own'],
    ['app/not_node_modules/a/package.json', 'own'],
    ['my_node_modules/a/package.json', 'own'],
  ])('says of %s that it is %s', (path, place) => expect(placeOf(path)).toBe(place));
});

describe('isVendored', () => {
  it.each([
    ['node_modules/next/dist/compiled/@babel/runtime/package.json', '@babel/runtime', true],
    ['node_modules/next/dist/compiled/ws/package.json', 'ws', true],
    ['node_modules/preact/hooks/package.json', 'preact-hooks', false],
    ['node_modules/a/test/lodash/package.json', 'lodash', false],
    ['node_modules/a/fixtures/x/lodash/package.json', 'lodash', false],
    ['node_modules/a/my-lodash/package.json', 'lodash', false],
  ])('says of %s as %s: %s', (path, name, is) => expect(isVendored(path, name)).toBe(is));
});

it('knows paths through folders of packages', () => {
  expect(isInPackages('app/node_modules/a/yarn.lock')).toBe(true);
  expect(isInPackages('app/yarn.lock')).toBe(false);
});
