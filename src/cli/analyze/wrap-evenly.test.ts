import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrapEvenly } from './wrap-evenly.ts';

/** The least cost of any way to break words into lines, found by trying them all. */
function leastCost(words: readonly string[], width: number): number {
  const size = (from: number, to: number): number => words.slice(from, to).join(' ').length;
  const from = (start: number): number => {
    if (size(start, words.length) <= width || start === words.length - 1) return 0;
    const costs = words.slice(start + 1).map((_, i) => cost(size(start, start + 1 + i), width) + from(start + 1 + i));
    return Math.min(...costs);
  };
  return from(0);
}

function cost(size: number, width: number): number {
  return (width - size) ** 2 + (size > width ? 100_000 : 0);
}

describe('wrapEvenly', () => {
  it.each([
    ['a short text', 'a word', ['a word']],
    ['no text', '', ['']],
    ['blanks around it', '\n one \t', ['one']],
    ['a run of line breaks, which stays visible as blanks', 'a\n\nword', ['a  word']],
    ['a text that the first line would take more of', 'aaa bb cc ddddd', ['aaa', 'bb cc', 'ddddd']],
    ['a word that is longer than a line', 'a bbbbbbbbb c', ['a bbbbbbbbb', 'c']],
    ['bytes, of which a character may have several', 'ääb ä bb', ['ääb', 'ä bb']],
  ])('breaks %s', (_, text, lines) => {
    expect(wrapEvenly(text, 7)).toEqual(lines);
  });

  it('finds the least ragged of all ways', () => {
    const word = fc.stringMatching(/^[a-z]{0,9}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 12 }), (words, width) => {
        const text = ['x', ...words, 'x'].join(' ');
        const lines = wrapEvenly(text, width);
        expect(lines.join(' ')).toBe(text);
        const total = lines.slice(0, -1).reduce((sum, line) => sum + cost(line.length, width), 0);
        expect(total).toBe(leastCost(text.split(' '), width));
      }),
    );
  });

  it('takes a long text in a moment', () => {
    const start = performance.now();
    expect(wrapEvenly('ab '.repeat(300_000), 80).length).toBeGreaterThan(10_000);
    expect(wrapEvenly(`${'a'.repeat(1_000_000)}${' '.repeat(100_000)}x`, 80).length).toBeGreaterThan(1);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
