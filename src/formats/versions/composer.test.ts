import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { differences, isThere, type NativeOrder } from '../../../test/support/native-order.ts';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { composerVersions } from './composer.ts';

const number = fc.constantFrom('0', '1', '2', '10', '01');
const word = fc.constantFrom('dev', 'alpha', 'a', 'beta', 'b', 'rc', 'RC', 'p', 'pl', 'patch', 'BETA', 'stable', 'foo');
const versions = fc
  .tuple(
    fc.constantFrom('', '', 'v'),
    number,
    fc.array(fc.tuple(fc.constantFrom('.', '.', '-', '_', '+'), fc.oneof({ weight: 2, arbitrary: number }, word)), {
      maxLength: 5,
    }),
    fc.oneof(
      fc.constant(''),
      word,
      fc.tuple(word, number).map((pair) => pair.join('')),
    ),
  )
  .map(([v, first, rest, last]) => `${v}${first}${rest.map((pair) => pair.join('')).join('')}${last}`);

describeVersionScheme({
  scheme: composerVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/composer.txt'),
  sharedOracle: 'fixtures/versions/composer.txt',
  versions,
  invalid: [
    '',
    ' ',
    'v',
    'dev-main',
    'main',
    '^1.0',
    '~1.0',
    '>=1.0',
    '1.',
    '1.0-',
    '1..0',
    '1.0 ',
    '1.*',
    '1.0@dev',
    '1.0é',
  ],
});

describe('composer versions', () => {
  it.each([
    ['1.0-beta', '1.0', 'beta < the end: the order is other words, dev, alpha, beta, rc, the end, numbers, patch'],
    ['1.0', '1.0.0', 'the end < 0: the order is other words, dev, alpha, beta, rc, the end, numbers, patch'],
    ['1.9', '1.10', 'as numbers 9 < 10'],
    ['1.0a1', 'v1.0-alpha1', 'separators, leading zeros and other names of one word make no difference'],
  ])('say why %s and %s are ordered as they are', (a, b, why) => {
    expect(composerVersions.explain(a, b).at(-1)?.why).toBe(why);
  });
});

const php: NativeOrder = {
  command: 'php',
  args: [
    '-r',
    `while (($line = fgets(STDIN)) !== false) {
       [$a, $b] = explode(' ', trim($line));
       echo version_compare(ltrim($a, 'v'), ltrim($b, 'v')), "\\n";
     }`,
  ],
};

describe('composer versions against version_compare of php', () => {
  beforeEach((context) => context.skip(!isThere(php), 'php is not installed'));

  it('agree on 20,000 pairs', () => {
    const pairs = fc.sample(fc.tuple(versions, versions), { numRuns: 20_000, seed: 20_260_801 });

    expect(differences(php, pairs, composerVersions.compare)).toEqual([]);
  });
});
