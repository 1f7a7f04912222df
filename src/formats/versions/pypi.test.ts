import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences, isThere, type NativeOrder } from '../../../test/support/native-order.ts';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { readPublicVersion } from './pep440.ts';
import { pypiVersions } from './pypi.ts';

const number = fc.constantFrom('0', '1', '2', '10', '01', '2024');
const separator = fc.constantFrom('', '', '.', '-', '_');
const maybe = (part: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant('') }, part);
const joined = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(''));
const label = (...names: readonly string[]): fc.Arbitrary<string> =>
  joined(separator, fc.constantFrom(...names), fc.oneof(fc.constant(''), joined(separator, number)));

/** Versions of PEP 440 in all their spellings, and a few that only look like ones. */
const compliant = joined(
  fc.constantFrom('', '', '', 'v', '0!', '1!'),
  fc.array(number, { minLength: 1, maxLength: 4 }).map((all) => all.join('.')),
  maybe(label('a', 'b', 'c', 'rc', 'alpha', 'beta', 'pre', 'preview', 'RC')),
  maybe(fc.oneof(label('post', 'rev', 'r'), joined(fc.constant('-'), number))),
  maybe(label('dev')),
  maybe(joined(fc.constant('+'), fc.constantFrom('1', '01', 'a', 'abc.5', 'a-1', 'ubuntu.1', '10'))),
);
const legacy = fc.oneof(
  joined(
    number,
    fc.constantFrom('p1', 'p2', '-final', '-doduo', 'm2', '-git', '.svn.r10', '-p1', 'dev-r10', '-0', '--1'),
  ),
  joined(fc.constantFrom('2013-01-23T17:11:52+0100', 'x1.0', '1.0rc1-git', '-class.-1-', '1.0.0-x-0'), maybe(number)),
);

describeVersionScheme({
  scheme: pypiVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/pypi.txt'),
  sharedOracle: 'fixtures/versions/pypi.txt',
  versions: fc.oneof({ weight: 4, arbitrary: compliant }, legacy),
  invalid: [
    '',
    ' ',
    '-',
    '...',
    '1 0',
    '>=1.0',
    '==1.0',
    '1.*',
    '1.0,2.0',
    '$' + '{version}',
    '1.0;x',
    '1.0/2',
    '1.0\u0000',
    '1.0é',
    'a@b',
  ],
});

describe('pypi versions', () => {
  it.each([
    ['1.0-doduo', '0.1', 'form', 'what PEP 440 does not know is before all that it does'],
    ['0.7p1', '0.7p2', 'tokens of the older form', '00000001 < 00000002 by character code'],
    ['1!0', '2', 'epoch', 'as numbers 1 > 0'],
    ['1.9', '1.10', 'release', 'as numbers 9 < 10'],
    ['1.0rc1', '1.0', 'pre-release', 'the order is a development release of the final one, a, b, rc, none'],
    ['1.0.dev1', '1.0a1', 'pre-release', 'the order is a development release of the final one, a, b, rc, none'],
    ['1.0a2', '1.0a10', 'pre-release', 'as numbers 2 < 10'],
    ['1.0', '1.0-1', 'post-release', 'a version without one is before those with it'],
    ['1.0.post1.dev1', '1.0.post1', 'development release', 'a version without one is after those with it'],
    ['1.0+1', '1.0+a', 'local version', '1 > a: what goes on is after what ends, and numbers are after letters'],
  ])('say why %s and %s are ordered as they are', (a, b, part, why) => {
    expect(pypiVersions.explain(a, b).at(-1)).toMatchObject({ part, why });
  });

  it('take white space around a version for nothing, as PEP 440 does', () => {
    expect(pypiVersions.compare(' 1.0\n', '1.0')).toBe(0);
  });
});

const script = (imported: string): string => `
import sys
${imported}
for line in sys.stdin:
    try:
        a, b = (parse(text) for text in line.split())
        print((a > b) - (a < b))
    except ValueError:
        print('invalid')
`;
const packaging: NativeOrder = {
  command: 'python3',
  args: ['-c', script('from packaging.version import Version as parse')],
};
/** A pip that still knows the order of old: packaging before 22. */
const older: NativeOrder = {
  command: 'python3',
  args: ['-W', 'ignore', '-c', script('from pip._vendor.packaging.version import parse, LegacyVersion')],
};

describe('pypi versions against packaging', () => {
  it('agree on 20,000 pairs of PEP 440, and on what is none', (context) => {
    context.skip(!isThere(packaging), 'packaging is not installed');
    const pairs = fc.sample(fc.tuple(fc.oneof({ weight: 6, arbitrary: compliant }, legacy), compliant), {
      numRuns: 20_000,
      seed: 20_260_801,
    });
    const compare = (a: string, b: string): number => {
      if ([a, b].some((text) => readPublicVersion(text.toLowerCase()) === undefined)) throw new Error('no PEP 440');
      return pypiVersions.compare(a, b);
    };

    expect(differences(packaging, pairs, compare)).toEqual([]);
  });

  it('agree on 5,000 pairs of older forms', (context) => {
    context.skip(!isThere(older), 'no packaging before 22 is installed');
    const version = fc.oneof(legacy, compliant);
    const pairs = fc.sample(fc.tuple(version, version), { numRuns: 5000, seed: 20_260_801 });

    expect(differences(older, pairs, pypiVersions.compare)).toEqual([]);
  });
});
