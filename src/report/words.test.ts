import { describe, expect, it } from 'vitest';
import {
  countWords,
  daysBetween,
  dayWords,
  instructionWords,
  listWords,
  nameProgram,
  numberWords,
  sizeWords,
} from './words.ts';

describe('words', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_234_567, '1,234,567'],
  ])('number %i', (value, expected) => {
    expect(numberWords(value)).toBe(expected);
  });

  it.each([
    [1, '1 package'],
    [0, '0 packages'],
    [2000, '2,000 packages'],
  ])('count %i', (value, expected) => {
    expect(countWords(value, 'package')).toBe(expected);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [48_500_000, '48.5 MB'],
    [5e15, '5000.0 TB'],
  ])('size %i', (value, expected) => {
    expect(sizeWords(value)).toBe(expected);
  });

  it.each([
    [[], ''],
    [['a', 'b'], 'a, b'],
    [['a', 'b', 'c'], 'a, b and 1 more'],
  ])('list %j', (names, expected) => {
    expect(listWords(names, 2)).toBe(expected);
  });

  it.each([
    ['2026-08-21T12:00:00Z', '2026-08-21'],
    ['yesterday', 'yesterday'],
  ])('day of %s', (moment, expected) => {
    expect(dayWords(moment)).toBe(expected);
  });

  it.each([
    ['2026-08-20T00:00:00Z', '2026-08-21T12:00:00Z', 1],
    ['2026-08-21T12:00:00Z', '2026-08-21T12:00:00Z', 0],
    ['yesterday', '2026-08-21T12:00:00Z', undefined],
  ])('days from %s to %s', (from, to, expected) => {
    expect(daysBetween(from, to)).toBe(expected);
  });

  it.each([
    ['RUN make', 'RUN make'],
    [undefined, '(no instruction recorded)'],
    ['', '(no instruction recorded)'],
    [' \\\n ', '(no instruction recorded)'],
  ])('instruction %j', (instruction, expected) => {
    expect(instructionWords(instruction)).toBe(expected);
  });

  it.each([
    ['Run "drydock db update".', 'Run "./drydock db update".'],
    ['See "drydock --help".', 'See "./drydock --help".'],
    ['a fault in Drydock, "drydock" of drydock db', 'a fault in Drydock, "drydock" of drydock db'],
  ])('program in %j', (message, expected) => {
    expect(nameProgram(message, './drydock')).toBe(expected);
    expect(nameProgram(message, 'drydock')).toBe(message);
    expect(nameProgram('"drydock db"', "'$& $1'")).toBe(`"'$& $1' db"`);
  });
});
