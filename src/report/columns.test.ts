import { describe, expect, it } from 'vitest';
import { columnLines } from './columns.ts';
import { displayWidth } from './display-width.ts';

const rows = [
  ['a', 'one two three four five six'],
  ['日本', ''],
];

describe('columnLines', () => {
  it('makes columns as wide as their content, in columns of a terminal', () => {
    expect(columnLines(rows, 100)).toEqual(['a     one two three four five six', '日本']);
  });

  it('wraps the last column to the page', () => {
    expect(columnLines(rows, 31)).toEqual(['a     one two three four five', '      six', '日本']);
  });

  it('puts the last column below where it would be too narrow', () => {
    expect(columnLines(rows, 24)).toEqual(['a', '    one two three four', '    five six', '日本']);
  });

  it('leaves a short last column where it is', () => {
    expect(columnLines([['a'.repeat(30), '7']], 40)).toEqual([`${'a'.repeat(30)}  7`]);
  });

  it.each([20, 40, 80])('keeps to %i columns', (width) => {
    const many = [
      ['check', 'a-rule-with-a-long-name', 'configuration', 'high', 'A title of several words that goes on'],
      ['evasion', 'rule', 'evasion', 'negligible', 'Short'],
    ];

    for (const line of columnLines(many, width)) {
      expect(displayWidth(line)).toBeLessThanOrEqual(width);
      expect(line).toBe(line.trimEnd());
    }
  });

  it('makes nothing of nothing', () => {
    expect(columnLines([], 80)).toEqual([]);
  });
});
