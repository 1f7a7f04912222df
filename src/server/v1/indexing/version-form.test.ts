import { describe, expect, it } from 'vitest';
import { hasShared, readShared } from '../../../../test/support/shared.ts';
import { hasVersionForm } from './version-form.ts';

interface Parse {
  readonly input: string;
  readonly valid: boolean;
}

const recorded = (format: 'dpkg' | 'rpm'): Parse[] =>
  hasShared
    ? (JSON.parse(readShared(`clair/cases/${format}-compare.json`).toString()) as { parse: Parse[] }).parse
    : [];

describe('the form of a version', () => {
  it.each(recorded('dpkg'))('is that of Clair for dpkg: $input', ({ input, valid }) => {
    expect(hasVersionForm('dpkg', input)).toBe(valid);
  });

  it.each(recorded('rpm'))('is that of Clair for rpm: $input', ({ input, valid }) => {
    expect(hasVersionForm('rpm', input)).toBe(valid);
  });

  it.each([
    ['dpkg', '99999999999:1'],
    ['dpkg', '1_é'],
    ['rpm', '1.0^20240101-1'],
  ] as const)('is not what nobody can order: %s %s', (format, version) => {
    expect(hasVersionForm(format, version)).toBe(false);
  });
});
