import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { nugetVersions } from './nuget.ts';

const number = fc.constantFrom('0', '1', '2', '10', '01');
const identifiers = fc
  .array(fc.constantFrom('0', '1', '10', 'a', 'b', 'B', 'RC', 'rc', '-'), { minLength: 1, maxLength: 3 })
  .map((all) => all.join('.'));

describeVersionScheme({
  scheme: nugetVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/nuget.txt'),
  sharedOracle: 'fixtures/versions/nuget.txt',
  sharedRelations: 18,
  versions: fc
    .tuple(
      fc.array(number, { minLength: 1, maxLength: 4 }),
      fc.oneof(
        fc.constant(''),
        identifiers.map((all) => `-${all}`),
      ),
      fc.constantFrom('', '', '+meta', '+META.1'),
    )
    .map(([numbers, pre, build]) => `${numbers.join('.')}${pre}${build}`),
  invalid: [
    '',
    ' ',
    'v1.0.0',
    '1.0.0.0.0',
    '[1.0,2.0)',
    '1.*',
    '1.0-',
    '1.0-a..b',
    '1.0+',
    '1.0beta',
    '1.0.0 ',
    '1.0_1',
  ],
});

describe('nuget versions', () => {
  it('say that a fourth number counts, and the case does not', () => {
    expect(nugetVersions.explain('1.0.0.1', '1.0').at(-1)).toEqual({
      part: 'numbers',
      left: '1.0.0.1',
      right: '1.0',
      result: 1,
      why: 'as numbers 1 > 0',
    });
    expect(nugetVersions.compare('1.0.0-RC.1', '1.0.0-rc.1')).toBe(0);
  });
});
