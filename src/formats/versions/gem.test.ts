import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { differences, isThere, type NativeOrder } from '../../../test/support/native-order.ts';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { gemVersions } from './gem.ts';

const segment = fc.constantFrom('0', '0', '1', '2', '10', '01', 'a', 'b', 'A', 'rc', 'rc1', 'a10', '1a', 'pre', '0a0');
const versions = fc
  .tuple(
    fc.constantFrom('0', '1', '2', '10'),
    fc.array(fc.tuple(fc.constantFrom('.', '.', '.', '-'), segment), { maxLength: 5 }),
  )
  .map(([first, rest]) => `${first}${rest.map((pair) => pair.join('')).join('')}`);

describeVersionScheme({
  scheme: gemVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/gem.txt'),
  sharedOracle: 'fixtures/versions/gem.txt',
  versions,
  invalid: [
    '',
    ' ',
    'a',
    'v1.0',
    '.1',
    '1.',
    '1..0',
    '1-',
    '1.-1',
    '1.0_1',
    '1.0+1',
    '1 0',
    '~> 1.0',
    '1.0\u0000',
    '1.é',
  ],
});

describe('gem versions', () => {
  it.each([
    ['1.0.a', '1.0', 'a < 0: a word makes a pre-release'],
    ['1.0.a9', '1.0.a10', 'as numbers 9 < 10'],
    ['1.0.b', '1.0.a', 'b > a by character code'],
    ['1.0.0', '1', 'zeros at the end and before the first word make no difference'],
  ])('say why %s and %s are ordered as they are', (a, b, why) => {
    expect(gemVersions.explain(a, b).at(-1)?.why).toBe(why);
  });

  it('take white space around a version for nothing, as RubyGems does', () => {
    expect(gemVersions.compare(' 1.0\n', '1.0')).toBe(0);
  });
});

const ruby: NativeOrder = {
  command: 'ruby',
  args: [
    '-e',
    `STDIN.each_line do |line|
       a, b = line.split
       valid = [a, b].all? { |version| Gem::Version.correct?(version) }
       puts(valid ? Gem::Version.new(a) <=> Gem::Version.new(b) : 'invalid')
     end`,
  ],
};

describe('gem versions against ruby', () => {
  beforeEach((context) => context.skip(!isThere(ruby), 'ruby is not installed'));

  it('agree on 20,000 pairs', () => {
    // From one release of RubyGems to the next, zeros between words count or do not.
    const settled = versions.filter((version) => !/[a-z-].*(?<!\d)0/i.test(version));
    const pairs = fc.sample(fc.tuple(settled, settled), { numRuns: 20_000, seed: 20_260_801 });

    expect(differences(ruby, pairs, gemVersions.compare)).toEqual([]);
  });
});
