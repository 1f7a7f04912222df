import { describe, expect, it } from 'vitest';
import { layOut } from './columns.ts';

describe('layOut', () => {
  const rows = [
    ['a', 'one two three four five six'],
    ['日本', ''],
  ];

  it('makes columns as wide as their content, in columns of a terminal', () => {
    expect(layOut(['Id', 'Words'], rows, undefined)).toBe('Id    Words\na     one two three four five six\n日本\n');
  });

  it('wraps the last column to the terminal', () => {
    expect(layOut(['Id', 'Words'], rows, 26)).toBe('Id    Words\na     one two three four\n      five six\n日本\n');
  });

  it('shows what a terminal would obey', () => {
    expect(layOut(['X'], [['\u001b[2J']], undefined)).toBe('X\n\\x1b[2J\n');
  });
});
