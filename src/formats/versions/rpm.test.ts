import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { VersionError } from '../../model/version-scheme.ts';
import { rpmVersions } from './rpm.ts';

const piece = fc.constantFrom(
  ...['0', '1', '2', '9', '10', '01', '00', '.', '..', '_', '+', '~', '~~', '^', '-', ':', 'a', 'b', 'Z', 'rc', 'é'],
);
/** What rpm compares: also epochs that are none, several hyphens and characters that no spec file may have. */
const versions = fc
  .tuple(
    fc.constantFrom('', '', '', '0:', '1:', '10:', '01:', ':', 'a:'),
    fc.constantFrom('0', '1', '2', '10', 'a', '~', '^', '.'),
    fc.array(piece, { maxLength: 8 }),
  )
  .map(([epoch, first, pieces]) => `${epoch}${first}${pieces.join('')}`);

const invalid = ['', ' ', ':', '1:', '-', '-1', '-1:0-1', '1:-1', '1 2', '1.0\t1', '1.0\n', '1.0\u0000', '1\u00a02'];

describeVersionScheme({
  scheme: rpmVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/rpm.txt'),
  versions: versions.filter(isValid),
  // White space around a version is ignored.
  invalid: invalid.filter((version) => version !== '1.0\n'),
});

function isValid(version: string): boolean {
  try {
    rpmVersions.compare(version, '0');
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(VersionError);
    return false;
  }
}

describe('rpm versions', () => {
  it.skipIf(!hasShared)('agree with the reference oracle, also mirrored', () => {
    const lines = readShared('fixtures/versions/rpm.txt').toString().split('\n').filter(Boolean);
    const wrong = lines.filter((line) => {
      const [, a, operator, b] = /^(.*) ([<=>]) (.*)$/.exec(line) as unknown as [string, string, string, string];
      const order = '<=>'.indexOf(operator) - 1;
      return rpmVersions.compare(a, b) !== order || rpmVersions.compare(b, a) + order !== 0;
    });

    expect(lines).toHaveLength(69);
    expect(wrong).toEqual([]);
  });

  it.skipIf(!hasShared)('agree with the reference cases', () => {
    const cases = JSON.parse(readShared('clair/cases/rpm-compare.json').toString());
    // rpm takes what stands before a colon for an epoch only if it is digits; there, it must be a number.
    const refusedThere = ['a:0-0', 'A:0-0'];

    for (const { input, valid } of cases.parse) {
      expect([input, isValid(input)]).toEqual([input, valid || refusedThere.includes(input)]);
    }
    for (const { a, b, expected } of cases.compare) {
      expect([a, b, rpmVersions.compare(a, b)]).toEqual([a, b, expected]);
      expect([b, a, rpmVersions.compare(b, a)]).toEqual([b, a, expected === 0 ? 0 : -expected]);
    }
  });

  it('ignores white space around a version', () => {
    expect(rpmVersions.compare(' 1.0-1\t', '1.0-1\n')).toBe(0);
  });

  it('explains an epoch, a version and a release', () => {
    expect(rpmVersions.explain('1:3.0.7-24.el9', '1:3.0.7-27.el9')).toEqual([
      { part: 'epoch', left: '1', right: '1', result: 0, why: '1 = 1' },
      { part: 'version', left: '3.0.7', right: '3.0.7', result: 0, why: 'the same' },
      { part: 'release', left: '24.el9', right: '27.el9', result: -1, why: 'as numbers 24 < 27' },
    ]);
    expect(rpmVersions.explain('9.9', '1:0')).toHaveLength(1);
  });

  it.each([
    ['1.0~rc1', '1.0', '~ < the end: a tilde sorts before everything, even the end'],
    ['1.0', '1.0^', 'the end < ^: what goes on sorts after what ends'],
    ['1.0^1', '1.0a', '^ < a: a caret sorts before everything but the end'],
    ['1.0a', '1.0.1', 'a < 1: numbers sort after letters'],
    ['1.0b', '1.0a', 'as letters b > a'],
    ['1.01', '1_1', 'they differ in separators or leading zeros alone, which do not count'],
  ])('says why %s and %s are ordered as they are', (a, b, why) => {
    expect(rpmVersions.explain(a, b).find((step) => step.part === 'version')?.why).toBe(why);
  });
});

/** A version and the same with a piece more: many of these are equal. */
const neighbours = fc
  .tuple(versions, piece, fc.nat(10))
  .map(([version, more, at]): [string, string] => [version, version.slice(0, at) + more + version.slice(at)]);

const rpm = spawnSync('rpm', ['--version']).status === 0;

describe('rpm versions against rpm', () => {
  beforeEach((context) => context.skip(!rpm, 'rpm is not installed'));

  it('agree with rpm on 20,000 pairs', () => {
    const pairs = fc
      .sample(fc.oneof(fc.tuple(versions, versions), neighbours), { numRuns: 22_000, seed: 20_260_801 })
      .filter((pair) => pair.every(isValid));
    const input = writeTemporary('pairs', pairs.map(([a, b]) => `${a}\t${b}\n`).join(''));
    const script = writeTemporary(
      'compare.lua',
      `local answers = {}
       for line in io.lines('${input}') do
         local a, b = line:match('^([^\\t]*)\\t([^\\t]*)$')
         table.insert(answers, rpm.vercmp(a, b))
       end
       return table.concat(answers, ' ')`,
    );
    const output = execFileSync('rpm', ['--eval', `%{lua:print(dofile('${script}'))}`], { encoding: 'utf8' });
    const answers = output.trim().split(' ').map(Number);
    const wrong = pairs.filter(([a, b], i) => rpmVersions.compare(a, b) !== answers[i]);

    expect(answers.length).toBe(pairs.length);
    expect(pairs.length).toBeGreaterThan(20_000);
    expect(wrong).toEqual([]);
    expect(answers.filter((answer) => answer === 0).length).toBeGreaterThan(100);
  });
});
