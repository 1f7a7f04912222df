import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineNumbers } from './line-numbers.ts';

describe('lineNumbers', () => {
  it('counts from 1, a line with the newline that ends it', () => {
    const lineOf = lineNumbers(Buffer.from('a\nb\n\nc'));
    expect([0, 1, 2, 3, 4, 5, 99, -1].map(lineOf)).toEqual([1, 1, 2, 2, 3, 4, 4, 1]);
  });

  it('counts as grep and sed do: a carriage return alone ends no line', () => {
    const lineOf = lineNumbers(Buffer.from('a\rb\r\nc'));
    expect([0, 2, 4, 5].map(lineOf)).toEqual([1, 1, 1, 2]);
  });

  it('counts in whatever order it is asked, over blocks, too', () => {
    const line = fc.nat(30).map((length) => `${'x'.repeat(length)}\n`);
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 50 }),
        fc.array(fc.nat(200_000), { maxLength: 20 }),
        (lines, asked) => {
          const text = lines.join('').repeat(Math.ceil(200_000 / lines.join('').length));
          const lineOf = lineNumbers(Buffer.from(text));
          for (const at of asked) expect(lineOf(at)).toBe(text.slice(0, at).split('\n').length);
        },
      ),
      { numRuns: 20 },
    );
  });
});
