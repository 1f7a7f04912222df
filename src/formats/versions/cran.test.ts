import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { cranVersions } from './cran.ts';

const number = fc.constantFrom('0', '1', '2', '9', '10', '01', '00', '9000');

describeVersionScheme({
  scheme: cranVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/cran.txt'),
  sharedOracle: 'fixtures/versions/cran.txt',
  sharedRelations: 38,
  versions: fc
    .tuple(number, fc.array(fc.tuple(fc.constantFrom('.', '-'), number), { maxLength: 4 }))
    .map(([first, rest]) => `${first}${rest.map((pair) => pair.join('')).join('')}`),
  invalid: ['', ' ', '1.', '.1', '-1', '1..0', '1.-0', '1.0a', 'v1.0', '1.0_1', '1.0 ', '1.0+1'],
});

describe('cran versions', () => {
  it('say what decided', () => {
    expect(cranVersions.explain('1.0-1', '1.0.2').at(-1)?.why).toBe('as numbers 1 < 2');
    expect(cranVersions.explain('1.0', '1.0-0').at(-1)?.why).toBe('the end < 0: the longer version is the greater one');
    expect(cranVersions.explain('1.0-1', '1.0.1').at(-1)?.why).toBe(
      'leading zeros and the kind of separator make no difference',
    );
  });
});
