import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { hackageVersions } from './hackage.ts';

describeVersionScheme({
  scheme: hackageVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/hackage.txt'),
  sharedOracle: 'fixtures/versions/hackage.txt',
  sharedRelations: 3,
  versions: fc
    .array(fc.constantFrom('0', '1', '2', '9', '10', '20170101'), { minLength: 1, maxLength: 5 })
    .map((numbers) => numbers.join('.')),
  invalid: ['', ' ', '1.', '.1', '1..0', '1.0-1', '1.0-beta', 'v1.0', '1.*', '1.0 '],
});

describe('hackage versions', () => {
  it('say that the longer version is the greater one', () => {
    expect(hackageVersions.explain('1.0', '1.0.0')).toEqual([
      {
        part: 'version',
        left: '1.0',
        right: '1.0.0',
        result: -1,
        why: 'the end < 0: the longer version is the greater one',
      },
    ]);
  });
});
