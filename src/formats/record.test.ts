import { describe, expect, it } from 'vitest';
import { asList, asMoment, asRecord, asText, asTexts } from './record.ts';

describe('values that somebody else wrote', () => {
  it.each([
    ['2024-03-01T12:00:00Z', true],
    ['2024-03-01T12:00:00.123456789+02:00', true],
    ['2024-03-01', true],
    ['0001-01-01T00:00:00Z', false],
    ['1999-12-31', true],
    ['3000-01-01T00:00:00Z', false],
    ['2024-13-01T00:00:00Z', false],
    ['yesterday', false],
    [17, false],
  ])('%j as a moment: %s', (value, is) => {
    expect(asMoment(value)).toBe(is ? value : undefined);
  });

  it('count as absent when they are of another kind', () => {
    expect([asRecord([]), asRecord(null), asRecord('x'), asText(''), asText(' '), asText('xx', 1), asText(7)]).toEqual(
      Array.from({ length: 7 }, () => undefined),
    );
    expect([asList({}), asList(undefined)]).toEqual([[], []]);
    expect([asTexts(['a', { toString: null }]), asTexts({ length: 0 }), asTexts(['a', ''])]).toEqual([
      undefined,
      undefined,
      ['a', ''],
    ]);
  });
});
