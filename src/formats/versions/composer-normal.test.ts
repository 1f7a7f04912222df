import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { differences, isThere, type NativeOrder } from '../../../test/support/native-order.ts';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { VersionError } from '../../model/version-scheme.ts';
import { composerNormalVersions, normalizeComposerVersion } from './composer-normal.ts';

const number = fc.constantFrom('0', '1', '2', '10', '01');
const stability = fc.constantFrom('alpha', 'a', 'beta', 'b', 'rc', 'RC', 'p', 'pl', 'patch', 'BETA', 'Alpha');
const releases = fc
  .tuple(
    fc.constantFrom('', '', 'v'),
    fc.array(number, { minLength: 1, maxLength: 4 }),
    fc.oneof(
      fc.constant(''),
      fc.constantFrom('-stable', '-dev', '.dev', 'dev'),
      fc
        .tuple(
          fc.constantFrom('', '-', '.', '_'),
          stability,
          fc.constantFrom('', '1', '.2', '-10', '1.2'),
          fc.constantFrom('', '', '-dev'),
        )
        .map((parts) => parts.join('')),
    ),
    fc.constantFrom('', '', '', '+build', '+1'),
  )
  .map(([v, numbers, suffix, build]) => `${v}${numbers.join('.')}${suffix}${build}`);
const others = fc.constantFrom(
  '1.x-dev',
  '1.2.x-dev',
  '2.*-dev',
  '2024.01.15',
  '2024-01-15',
  '20240115',
  '20240115-beta1',
);
const versions = fc.oneof({ weight: 6, arbitrary: releases }, others);

describeVersionScheme({
  scheme: composerNormalVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/composer-normal.txt'),
  versions,
  invalid: [
    '',
    ' ',
    'v',
    'dev-main',
    'main',
    '^1.0',
    '1.x',
    '1..0',
    '1.0-foo',
    '1.0-beta-p1',
    '1.2.3.4.5',
    '1.0.#',
    '1 0',
  ],
});

describe('normal forms of composer', () => {
  it.each([
    ['1.0', '1.0.0.0'],
    ['v1.2.3-beta.2', '1.2.3.0-beta2'],
    ['1.0-RC1+build', '1.0.0.0-RC1'],
    ['1.0.0-stable', '1.0.0.0'],
    ['1.x-dev', '1.9999999.9999999.9999999-dev'],
    ['1.0.0-pl3-dev', '1.0.0.0-patch3-dev'],
    ['2024-01-15', '2024.01.15'],
    ['20240115', '20240115'],
  ])('%s is %s', (version, normal) => {
    expect(normalizeComposerVersion(version)).toBe(normal);
  });

  it('pitfall 19: a branch without a number is unknown', () => {
    expect(() => normalizeComposerVersion('dev-main')).toThrow(VersionError);
    expect(() => normalizeComposerVersion('dev-main')).toThrow('it has no normal form in Composer');
  });
});

const composer: NativeOrder = {
  command: 'php',
  args: [
    '-r',
    `require '/usr/share/php/Composer/Semver/autoload.php';
     $parser = new Composer\\Semver\\VersionParser();
     while (($line = fgets(STDIN)) !== false) {
       [$a, $b] = explode(' ', trim($line));
       try {
         [$a, $b] = [$parser->normalize($a), $parser->normalize($b)];
         $less = Composer\\Semver\\Comparator::lessThan($a, $b);
         echo $less ? -1 : (Composer\\Semver\\Comparator::greaterThan($a, $b) ? 1 : 0), "\\n";
       } catch (UnexpectedValueException $error) {
         echo "invalid\\n";
       }
     }`,
  ],
};

describe('composer packages against Composer', () => {
  beforeEach((context) => context.skip(!isThere(composer), 'Composer is not installed'));

  it('agree on 5,000 pairs', () => {
    const broken = fc.constantFrom('1.2.3.4.5', '1.0-foo', '1.0-beta-p1', '1.x', 'v', '1.0-', '1.0#', '1.0-rc1rc2');
    const version = fc.oneof({ weight: 9, arbitrary: versions }, broken);
    const pairs = fc.sample(fc.tuple(version, version), { numRuns: 5000, seed: 20_260_801 });

    expect(differences(composer, pairs, composerNormalVersions.compare)).toEqual([]);
  });
});
