import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lowestVersion } from './lowest-version.ts';

it.each([
  ['1.2.3', '1.2.3'],
  ['v1.2.3', '1.2.3'],
  ['=1.2', '1.2.0'],
  ['1.0.0+build', '1.0.0+build'],
  ['^1.2', '1.2.0'],
  ['~1.4.4', '1.4.4'],
  ['~> 1.2', '1.2.0'],
  ['5.x', '5.0.0'],
  ['1', '1.0.0'],
  ['>= 1.2', '1.2.0'],
  ['>1', '2.0.0'],
  ['>1.2', '1.3.0'],
  ['>1.2.3', '1.2.4'],
  ['>1.2.3-beta', '1.2.3-beta.0'],
  ['^1.2.3-beta.2', '1.2.3-beta.2'],
  ['>=1.0.0 <2.0.0', '1.0.0'],
  ['1.2.3 - 2.3.4', '1.2.3'],
  ['2.x || 1.x', '1.0.0'],
  ['1.0.0 || 1.0.0-rc.1', '1.0.0-rc.1'],
  ['>=1 >=2', '2.0.0'],
])('finds the lowest version of %s', (range, version) => expect(lowestVersion(range)).toBe(version));

it.each([
  '',
  '*',
  'x',
  'latest',
  '<2',
  '<2 || >=3',
  'github:a/b',
  'file:../a',
  'https://a/b.tgz',
  'workspace:^',
  '1 '.repeat(400),
])('finds none of %j', (range) => expect(lowestVersion(range)).toBeUndefined());

it('has an answer for every text', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'1.x*^~<>=|- v+a') }), (text) => void lowestVersion(text)),
  );
});
