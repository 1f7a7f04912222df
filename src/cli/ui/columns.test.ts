import { describe, expect, it } from 'vitest';
import { layOut } from './columns.ts';

describe('layOut', () => {
  it('writes the header and the rows below each other', () => {
    expect(layOut(['Id', 'Words'], [['a', 'one two three four five six']], 31)).toBe(
      'Id  Words\na   one two three four five six\n',
    );
  });

  it('shows what a terminal would obey', () => {
    expect(layOut(['X'], [['\u001b[2J']], 80)).toBe('X\n\\x1b[2J\n');
  });
});
