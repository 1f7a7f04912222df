import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { VersionError } from '../../model/version-scheme.ts';
import { debVersions } from './deb.ts';

const piece = fc.constantFrom('0', '1', '2', '9', '10', '01', '00', '.', '.', '+', '~', '~~', '-', 'a', 'b', 'Z', 'rc');
/** Versions that dpkg accepts without a warning: they begin with a digit and end in no empty revision. */
const versions = fc
  .tuple(
    fc.constantFrom('', '', '', '0:', '1:', '10:'),
    fc.constantFrom('0', '1', '2', '10'),
    fc.array(piece, { maxLength: 7 }),
  )
  .map(([epoch, first, pieces]) => `${epoch}${first}${pieces.join('')}`.replace(/-+$/, ''));

describeVersionScheme({
  scheme: debVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/deb.txt'),
  sharedOracle: 'fixtures/versions/deb.txt',
  versions,
  invalid: [
    '',
    ' ',
    ':1',
    'a:1',
    '-1:1',
    '+1:1',
    '1 :1',
    '2147483648:1',
    '1:',
    '1:-1',
    '-1',
    '1 2',
    '1.0-1:2',
    '1.0\u0000',
    '1.0/2',
    '1.0é',
    '1.0\ud800',
  ],
});

describe('deb versions', () => {
  it.skipIf(!hasShared)('agree with the reference cases', () => {
    const cases = JSON.parse(readShared('clair/cases/dpkg-compare.json').toString());
    const isValid = (version: string): boolean => {
      try {
        debVersions.compare(version, '0');
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(VersionError);
        return false;
      }
    };

    for (const { input, valid } of cases.parse) expect([input, isValid(input)]).toEqual([input, valid]);
    for (const { a, b, expected } of cases.compare) {
      expect([a, b, debVersions.compare(a, b)]).toEqual([a, b, expected]);
      expect([b, a, debVersions.compare(b, a)]).toEqual([b, a, expected === 0 ? 0 : -expected]);
    }
    for (const { template, chars } of [cases.invalid_in_version, cases.invalid_in_revision]) {
      for (const character of chars)
        expect([character, isValid(template.replace('{c}', character))]).toEqual([character, false]);
    }
  });

  it('explains an epoch, an upstream version and a revision', () => {
    expect(debVersions.explain('1:2.36-9+deb12u3', '1:2.36-9+deb12u10')).toEqual([
      { part: 'epoch', left: '1', right: '1', result: 0, why: '1 = 1' },
      { part: 'upstream version', left: '2.36', right: '2.36', result: 0, why: 'the same' },
      { part: 'revision', left: '9+deb12u3', right: '9+deb12u10', result: -1, why: 'as numbers 3 < 10' },
    ]);
    expect(debVersions.explain('9.9', '1:0')).toHaveLength(1);
  });

  it.each([
    ['1.0~rc1', '1.0', "'~' < the end: a tilde sorts before everything, even the end"],
    ['1.0', '1.0a', "the end < 'a': the end sorts before any other character"],
    ['1.0a', '1.0+', "'a' < '+': letters sort first"],
    ['1.0b', '1.0a', "'b' > 'a' by character code"],
    ['1.01', '1.1', 'leading zeros and an empty number do not count'],
  ])('says why %s and %s are ordered as they are', (a, b, why) => {
    expect(debVersions.explain(a, b).find((step) => step.part === 'upstream version')?.why).toBe(why);
  });
});

const dpkg = spawnSync('dpkg', ['--version']).status === 0;

describe('deb versions against dpkg', () => {
  beforeEach((context) => context.skip(!dpkg, 'dpkg is not installed'));

  const pairs = fc.sample(fc.tuple(versions, versions), { numRuns: 20_000, seed: 20_260_801 });

  it('agree with `dpkg --compare-versions`', () => {
    // One shell for all: each line is a relation of ours, and dpkg tells whether it holds.
    const lines = pairs
      .slice(0, 400)
      .map(([a, b]) => `${a} ${['lt', 'eq', 'gt'][debVersions.compare(a, b) + 1]} ${b}\n`);
    const script = 'while read -r a op b; do dpkg --compare-versions "$a" "$op" "$b" || echo "$a $op $b"; done';

    expect(execFileSync('sh', ['-c', script], { input: lines.join(''), encoding: 'utf8' })).toBe('');
  });

  it('agree with dpkg on 20,000 pairs', () => {
    // `dpkg --merge-avail` keeps a package unless the file brings it in a version that is not less: with one package
    // for each pair, two runs of dpkg compare them all.
    const forth = mergeAvailable(pairs);
    const back = mergeAvailable(pairs.map(([a, b]) => [b, a]));
    const wrong = pairs.filter(([a, b], i) => {
      const order = debVersions.compare(a, b);
      return forth[i] !== written(order <= 0 ? b : a) || back[i] !== written(order >= 0 ? a : b);
    });

    expect(wrong).toEqual([]);
    expect(pairs.filter(([a, b]) => debVersions.compare(a, b) === 0).length).toBeGreaterThan(30);
  });
});

/** dpkg writes versions without the epoch 0. */
function written(version: string): string {
  return version.replace(/^0:/, '');
}

/** Which version of each pair dpkg keeps when the second comes after the first. */
function mergeAvailable(pairs: readonly (readonly [string, string])[]): (string | undefined)[] {
  const folder = temporaryFolder();
  for (const name of ['updates', 'info']) mkdirSync(path.join(folder, name));
  for (const name of ['status', 'available']) writeFileSync(path.join(folder, name), '');
  for (const side of [0, 1] as const) {
    const file = path.join(folder, `packages-${side}`);
    const stanza = (version: string, i: number) =>
      `Package: p${i}\nVersion: ${version}\nArchitecture: all\nMaintainer: m\nDescription: d\n\n`;
    writeFileSync(file, pairs.map((pair, i) => stanza(pair[side], i)).join(''));
    execFileSync('dpkg', [`--admindir=${folder}`, '--merge-avail', file]);
  }
  const kept: (string | undefined)[] = [];
  const text = readFileSync(path.join(folder, 'available'), 'utf8');
  for (const [, index, version] of text.matchAll(/^Package: p(\d+)\n(?:.*\n)*?Version: (.*)$/gm))
    kept[Number(index)] = version;
  return kept;
}
