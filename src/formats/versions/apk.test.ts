import { execFileSync } from 'node:child_process';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasShared, sharedPath } from '../../../test/support/shared.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { apkVersions } from './apk.ts';

const number = fc.constantFrom('0', '1', '2', '9', '10', '20');
const fraction = fc.oneof({ weight: 4, arbitrary: number }, fc.constantFrom('00', '01', '010', '09'));
const suffix = fc.constantFrom('_alpha', '_beta', '_pre', '_rc', '_cvs', '_svn', '_git', '_hg', '_p');

function maybe(part: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant('') }, part);
}

function joined(...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.join(''));
}

function repeated(part: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> {
  return fc.array(part, { maxLength }).map((texts) => texts.join(''));
}

function versionsWith(dotted: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return joined(
    number,
    repeated(
      dotted.map((text) => `.${text}`),
      3,
    ),
    maybe(fc.constantFrom('a', 'b', 'z')),
    repeated(joined(suffix, maybe(number)), 2),
    maybe(number.map((text) => `-r${text}`)),
  );
}

/** Versions that apk accepts, and some that only its order can place. */
const versions = fc.oneof(
  { weight: 4, arbitrary: versionsWith(fraction) },
  joined(number, maybe(fc.constantFrom('~ab', '~a1', '~abc')), maybe(fc.constantFrom('-r0', '-r1', '-r01', '-r'))),
  joined(number, fc.constantFrom('p1', 'p2', '.', '..1', '_blah', '_q', '-x', '.a', 'bc', '-r1-r2', '-r1-1')),
);

describeVersionScheme({
  scheme: apkVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/apk.txt'),
  sharedOracle: 'fixtures/versions/apk.txt',
  versions,
  invalid: ['', ' ', '1.0 ', '1:1.0', '1.0+1', '1.0A', '1.0-R1', 'latest', '-r1-r2', '_alpha_x', '1.0\u0000', '1.0é'],
});

describe('apk versions', () => {
  it.each([
    [
      '1.2_rc1-r0',
      '1.2-r0',
      'suffix',
      'the suffix _rc < the revision -r0: a version before the release sorts before everything',
    ],
    ['1.2', '1.2.1', 'number', 'the end < the number 1: the longer version is the greater one'],
    ['1.2-r1', '1.2-r10', 'revision', 'as numbers 1 < 10'],
    ['1.09', '1.1', 'number', '09 < 1 as text, because of a leading zero'],
    ['1.2_blah', '1.2', 'rest', "'_blah', which apk does not understand, < the end: it sorts before the end"],
    ['1.2_git1', '1.2a', 'suffix', expect.stringContaining('sort in this order')],
    ['1.2a', '1.2b', 'letter', 'a < b as text'],
    ['1.2_cvs', '1.2_svn', 'suffix', 'cvs < svn in the order of suffixes'],
  ])('says why %s < %s', (a, b, part, why) => {
    expect(apkVersions.explain(a, b).at(-1)).toMatchObject({ part, result: -1, why });
  });
});

const runsApk = hasShared && process.platform === 'linux' && process.arch === 'x64';

describe('apk versions against apk', () => {
  it('agree with `apk version -t` of apk-tools 2.14', (context) => {
    context.skip(!runsApk, 'no reference root file system, or no Linux on x86-64');
    const root = temporaryFolder();
    const archive = sharedPath('fixtures/rootfs/alpine-minirootfs-3.20.3-x86_64.tar.gz');
    execFileSync('tar', ['-xzf', archive, '-C', root, './lib', './usr/lib', './sbin/apk']);
    // Fractions and commit hashes are left out: apk-tools 2 orders `1.0` and `1.00` the other way round and has no hashes.
    const pairs = fc.sample(fc.tuple(versionsWith(number), versionsWith(number)), { numRuns: 300, seed: 20_260_802 });
    const script =
      'while read -r a b; do "$0/lib/ld-musl-x86_64.so.1" --library-path "$0/lib:$0/usr/lib" "$0/sbin/apk" version -t "$a" "$b"; done';
    const input = pairs.map(([a, b]) => `${a} ${b}\n`).join('');

    const answers = execFileSync('sh', ['-c', script, root], { input, encoding: 'utf8' }).trim().split('\n');

    const ours = pairs.map(([a, b]) => `${a} ${['<', '=', '>'][apkVersions.compare(a, b) + 1]} ${b}`);
    expect(ours).toEqual(pairs.map(([a, b], i) => `${a} ${answers[i]} ${b}`));
  });
});
