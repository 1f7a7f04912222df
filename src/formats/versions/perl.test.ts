import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { differences, isThere, type NativeOrder } from '../../../test/support/native-order.ts';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { perlVersions } from './perl.ts';

const number = fc.constantFrom('0', '1', '2', '10', '01', '500', '002', '1234');
const versions = fc
  .tuple(
    fc.constantFrom('', '', '', 'v'),
    fc.array(number, { minLength: 1, maxLength: 4 }).map((numbers) => numbers.join('.')),
    fc.constantFrom('', '', '', '_01', '_2'),
  )
  // An underscore stands behind a fraction alone.
  .map(([v, numbers, alpha]) => `${v}${numbers}${numbers.includes('.') ? alpha : ''}`);

describeVersionScheme({
  scheme: perlVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/perl.txt'),
  versions,
  invalid: ['', ' ', '.', 'v', '1_0', 'v1_0', '1.0_', '1.2_3_4', '1.0-TRIAL', 'undef', '1.0a', '1..0', '>= 1.0', '-1'],
});

const perl: NativeOrder = {
  command: 'perl',
  args: [
    '-Mversion',
    '-ne',
    `my ($a, $b) = split;
     my $valid = version::is_lax($a) && version::is_lax($b);
     print $valid ? version->parse($a) <=> version->parse($b) : 'invalid', "\\n";`,
  ],
};

describe('perl versions against version.pm', () => {
  beforeEach((context) => context.skip(!isThere(perl), 'perl is not installed'));

  it('agree on 20,000 pairs', () => {
    const pairs = fc.sample(fc.tuple(versions, versions), { numRuns: 20_000, seed: 20_261_130 });

    expect(differences(perl, pairs, perlVersions.compare)).toEqual([]);
  });
});
