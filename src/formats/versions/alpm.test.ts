import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { alpmVersions } from './alpm.ts';

const run = fc.constantFrom(...['0', '1', '2', '9', '10', '01', '00', 'a', 'b', 'Z', 'rc', '1a', 'a1']);
/**
 * Versions as packages have them: with a `pkgrel`, and nothing but single separators between runs. With others, vercmp
 * itself keeps no order: `0` > `.` > `.rc` > `0`.
 */
const versions = fc
  .tuple(
    fc.constantFrom('', '', '', '0:', '1:', '01:'),
    fc.array(run, { minLength: 1, maxLength: 6 }),
    fc.array(fc.constantFrom('.', '.', '_', '+', ''), { minLength: 6, maxLength: 6 }),
    fc.constantFrom('-1', '-2', '-1.1', '-10'),
  )
  .map(([epoch, runs, separators, release]) => {
    const version = runs.map((one, i) => (i === 0 ? one : `${separators[i]}${one}`)).join('');
    return `${epoch}${version}${release}`;
  });

describeVersionScheme({
  scheme: alpmVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/alpm.txt'),
  versions,
  invalid: ['', ' ', ':', '1:', '-', '-1', '1:-1', '1 2', '1.0\t1', '1.0\u0000', '1\u00a02'],
});

describe('alpm versions', () => {
  it('explain what decided', () => {
    expect(alpmVersions.explain('1.0rc-1', '1.0-1').at(-1)).toEqual({
      part: 'pkgver',
      left: '1.0rc',
      right: '1.0',
      result: -1,
      why: 'run by run 1.0rc < 1.0',
    });
    expect(alpmVersions.explain('1.0', '1.0-2').at(-1)?.why).toBe('it is compared only where both have one');
  });
});

const vercmp = spawnSync('vercmp', ['--help']).status === 0;

describe('alpm versions against vercmp of pacman', () => {
  beforeEach((context) => context.skip(!vercmp, 'vercmp is not installed'));

  it('agree with it on 300 pairs', () => {
    const pairs = fc.sample(fc.tuple(versions, versions), { numRuns: 300, seed: 20_260_801 });
    // By one small program: starting others takes long in a large process.
    const input = pairs.map(([a, b]) => `${a} ${b}\n`).join('');
    const said = execFileSync('xargs', ['-n', '2', 'vercmp'], { input, encoding: 'utf8' }).trim().split('\n');
    expect(said).toHaveLength(pairs.length);
    const wrong = pairs.filter(([a, b], index) => Math.sign(Number(said[index])) !== alpmVersions.compare(a, b));

    expect(wrong).toEqual([]);
  });
});
