import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { juliaVersions } from './julia.ts';

const number = fc.constantFrom('0', '1', '2', '10');
const identifiers = fc
  .array(fc.constantFrom('0', '1', '10', 'a', 'b', 'rc1'), { minLength: 1, maxLength: 3 })
  .map((all) => all.join('.'));
const some = (mark: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant(''),
    identifiers.map((all) => `${mark}${all}`),
  );

describeVersionScheme({
  scheme: juliaVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/julia.txt'),
  versions: fc
    .tuple(number, number, number, some('-'), some('+'))
    .map(([major, minor, patch, pre, build]) => `${major}.${minor}.${patch}${pre}${build}`),
  invalid: ['', ' ', 'latest', '^1.0.0', '1.0.0.0', '1.0.0-', '1.0.0+', '1.0.0+a..b', '1.0.0 ', '1..0', '1.0.0-a_b'],
});

describe('julia versions', () => {
  it('say that a build counts', () => {
    expect(juliaVersions.explain('1.0.7+1', '1.0.7+0').at(-1)).toMatchObject({ part: 'build', result: 1 });
  });
});
