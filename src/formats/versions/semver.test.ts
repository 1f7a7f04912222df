import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { differences, isThere, type NativeOrder } from '../../../test/support/native-order.ts';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { semverVersions } from './semver.ts';

const number = fc.constantFrom('0', '1', '2', '9', '10', '99999999');
const identifier = fc.constantFrom('0', '1', '9', '10', 'a', 'b', 'A', 'rc', 'rc1', 'a-1', '-', '1a');
const identifiers = fc.array(identifier, { minLength: 1, maxLength: 3 }).map((all) => all.join('.'));
const prerelease = fc.oneof(
  fc.constant(''),
  identifiers.map((all) => `-${all}`),
);
const build = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  identifiers.map((all) => `+${all}`),
);
/** Versions of the specification. */
const strict = fc
  .tuple(number, number, number, prerelease, build)
  .map(([major, minor, patch, pre, meta]) => `${major}.${minor}.${patch}${pre}${meta}`);
const loose = fc
  .tuple(fc.constantFrom('', 'v'), fc.array(number, { minLength: 1, maxLength: 5 }), prerelease, build)
  .map(([v, numbers, pre, meta]) => `${v}${numbers.join('.')}${pre}${meta}`);

describeVersionScheme({
  scheme: semverVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/semver.txt'),
  sharedOracle: 'fixtures/versions/semver.txt',
  sharedRelations: 35,
  versions: fc.oneof(strict, loose),
  invalid: [
    '',
    ' ',
    'v',
    'latest',
    '*',
    'x',
    '1.x',
    '^1.0.0',
    '~1.0',
    '>=1.0.0',
    '1.0.0 - 2.0.0',
    '=1.0.0',
    '1.',
    '.1',
    '1..0',
    '-1',
    '1.0.0-',
    '1.0.0+',
    '1.0.0-a..b',
    '1.0.0-a+b+c',
    '1.0.0-a_b',
    '1.0.0_1',
    '1.0.0 ',
    '1.0.0\u0000',
    '1.0.0-é',
    '１.0.0',
  ],
});

describe('semver versions', () => {
  it.each([
    ['1.2.3', '1.10.0', 'numbers', 'as numbers 2 < 10'],
    ['1.2', '1.2.1', 'numbers', 'as numbers 0 < 1'],
    ['1.0.0-rc.1', '1.0.0', 'pre-release', 'a version with a pre-release sorts before the one without'],
    ['1.0.0-1', '1.0.0-a', 'pre-release', '1 < a: numbers sort before other identifiers'],
    ['1.0.0-9', '1.0.0-10', 'pre-release', 'as numbers 9 < 10'],
    ['1.0.0-A', '1.0.0-a', 'pre-release', 'A < a by character code'],
    ['1.0.0-a', '1.0.0-a.1', 'pre-release', 'the end < 1: what goes on sorts after what ends'],
    ['1.0.0-01', '1.0.0-1', 'pre-release', 'leading zeros make no difference'],
    ['1.0.0+1', '1.0.0+2', 'build', 'builds are not compared'],
    ['1.0.0', '1.0.0', 'build', 'neither has any'],
    ['01.0', '1.0.0', 'numbers', 'leading zeros and missing numbers, which count as 0, make no difference'],
  ])('say why %s and %s are ordered as they are', (a, b, part, why) => {
    expect(semverVersions.explain(a, b).find((step) => step.part === part)?.why).toBe(why);
  });

  it('pitfall 18: order pre-releases against all versions, not within their numbers only', () => {
    expect(semverVersions.compare('1.3.0-beta.1', '1.2.9')).toBe(1);
    expect(semverVersions.compare('2.0.0-beta.1', '2.0.0')).toBe(-1);
  });
});

const script = `
const { compare, valid } = require('semver');
const lines = require('fs').readFileSync(0, 'utf8').trimEnd().split('\\n').map((line) => line.split(' '));
for (const [a, b] of lines) console.log(valid(a) && valid(b) ? compare(a, b) : 'invalid');`;
const npm: NativeOrder = { command: 'node', args: ['-e', script] };

describe('semver versions against npm', () => {
  beforeEach((context) => context.skip(!isThere(npm), 'the package semver is not installed'));

  it('agree on 5,000 pairs', () => {
    const pairs = fc.sample(fc.tuple(strict, strict), { numRuns: 5000, seed: 20_260_801 });

    expect(differences(npm, pairs, semverVersions.compare)).toEqual([]);
  });
});
