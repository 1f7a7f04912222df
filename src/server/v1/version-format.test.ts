import { describe, expect, it } from 'vitest';
import { processorTime } from '../../../test/support/processor-time.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { isValidVersion, parseFixVersion } from './version-format.ts';

interface ParseCases {
  readonly parse: readonly { readonly input: string; readonly valid: boolean }[];
}

interface InvalidCharacters {
  readonly template: string;
  readonly chars: readonly string[];
}

describe('isValidVersion', () => {
  it.each([
    ['dpkg', '4.3-11', true],
    ['dpkg', 'abc3', true],
    ['dpkg', '1:2:3-4-5', true],
    ['dpkg', '+1:2', true],
    ['dpkg', '-0:2', true],
    ['dpkg', '-1:2', false],
    ['dpkg', '9223372036854775808:2', false],
    ['dpkg', ':2', false],
    ['dpkg', '1:', false],
    ['dpkg', '-1', false],
    ['dpkg', '1-2:3', false],
    ['dpkg', '1-2_3', true],
    ['dpkg', '4.3 11$', false],
    ['dpkg', '1.0^git', false],
    ['rpm', '1.0^git', false],
    ['rpm', '1-2-3', true],
    ['rpm', '1-2:3', false],
    ['dpkg', 'ä', false],
    ['dpkg', 'é', false],
    ['dpkg', '\u0085\u00a01\u3000', true],
    ['dpkg', '\ufeff1', false],
  ] as const)('%s %j: %s', (format, version, valid) => {
    expect(isValidVersion(format, version)).toBe(valid);
  });

  it.skipIf(!hasShared).each(['dpkg', 'rpm'] as const)('agrees with the cases of %s', (format) => {
    const { parse } = JSON.parse(readShared(`clair/cases/${format}-compare.json`).toString()) as ParseCases;
    expect(parse.length).toBeGreaterThan(10);
    for (const { input, valid } of parse)
      expect({ input, valid: isValidVersion(format, input) }).toEqual({ input, valid });
  });

  it.skipIf(!hasShared)('agrees with the characters that are invalid in dpkg', () => {
    const data = JSON.parse(readShared('clair/cases/dpkg-compare.json').toString()) as Record<
      string,
      InvalidCharacters
    >;
    for (const { template, chars } of [data['invalid_in_version']!, data['invalid_in_revision']!]) {
      const versions = chars.map((character) => template.replace('{c}', character));
      expect(versions.length).toBeGreaterThan(10);
      expect(versions.filter((version) => isValidVersion('dpkg', version))).toEqual([]);
    }
  });

  it('takes time in proportion to the length', () => {
    expect(processorTime(() => isValidVersion('dpkg', `1${' '.repeat(500_000)}x`))).toBeLessThan(5000);
  });
});

describe('parseFixVersion', () => {
  it.each([
    ['None', 'none-yet'],
    ['#MAXV#', 'none-yet'],
    [' #MINV#', 'not-affected'],
    ['1.0', { version: '1.0' }],
    ['', undefined],
    ['none', { version: 'none' }],
    [' None', { version: ' None' }],
    ['#MIN#', undefined],
  ])('%j', (text, expected) => {
    expect(parseFixVersion('dpkg', text)).toEqual(expected);
  });
});
