import { describe, expect, test } from 'vitest';
import { VersionError } from '../../model/version-scheme.ts';
import { compareNumbers } from './parts.ts';
import { partwise } from './partwise.ts';

/** A scheme of plain numbers that counts how often it reads one. */
function counting() {
  let reads = 0;
  const scheme = partwise<{ readonly number: string }>(
    'counting',
    (version) => {
      reads++;
      if (!/^\d+$/.test(version)) throw new VersionError('counting', version, 'it is no number');
      return { number: version };
    },
    [
      {
        name: 'number',
        show: ({ number }) => number,
        compare: (left, right) => compareNumbers(left.number, right.number),
        why: () => 'as numbers',
      },
    ],
  );
  return { scheme, reads: () => reads };
}

describe('partwise', () => {
  test('reads a version once, however many others it is held against', () => {
    const { scheme, reads } = counting();
    for (let round = 0; round < 50; round++) {
      for (let other = 0; other < 100; other++) expect(scheme.compare('50', `${other}`)).toBe(Math.sign(50 - other));
    }
    expect(reads()).toBe(100);
  });

  test('keeps a bounded number of them, and orders all', () => {
    const { scheme, reads } = counting();
    for (let other = 0; other < 20_000; other++) expect(scheme.compare('7', `${other}`)).toBe(Math.sign(7 - other));
    expect(reads()).toBeGreaterThanOrEqual(20_000);
    expect(reads()).toBeLessThan(20_100);
  });

  test('refuses a bad version each time, with its own words, and reads it once', () => {
    const { scheme, reads } = counting();
    for (let round = 0; round < 2; round++) {
      expect(() => scheme.compare('x', '1')).toThrow(VersionError);
      expect(() => scheme.compare('1', 'y')).toThrow(/"y"/);
    }
    expect(reads()).toBe(3);
  });
});
