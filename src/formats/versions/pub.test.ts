import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { pubVersions } from './pub.ts';

const number = fc.constantFrom('0', '1', '2', '10');
const identifiers = fc
  .array(fc.constantFrom('0', '1', '10', 'a', 'b', 'B', 'dev', '-'), { minLength: 1, maxLength: 3 })
  .map((all) => all.join('.'));
const some = (mark: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant(''),
    identifiers.map((all) => `${mark}${all}`),
  );

describeVersionScheme({
  scheme: pubVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/pub.txt'),
  sharedOracle: 'fixtures/versions/pub.txt',
  sharedRelations: 39,
  versions: fc
    .tuple(fc.constantFrom('', '', 'v'), number, number, number, some('-'), some('+'))
    .map(([v, major, minor, patch, pre, build]) => `${v}${major}.${minor}.${patch}${pre}${build}`),
  invalid: ['', ' ', 'any', '^1.0.0', '1.0.0beta', '1.0.0-', '1.0.0+', '1.0.0+a..b', '1.0.0 ', '1..0', '1.0.0-a_b'],
});

describe('pub versions', () => {
  it('say that a build counts', () => {
    expect(pubVersions.explain('1.0.0+1', '1.0.0').at(-1)).toEqual({
      part: 'build',
      left: '1',
      right: '',
      result: 1,
      why: 'a version with a build sorts after the one without',
    });
  });
});
