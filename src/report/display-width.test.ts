import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutTo, displayWidth, padTo, wrapTo } from './display-width.ts';

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['openssl', 7],
    ['é', 1],
    ['e\u0301', 1],
    ['中文', 4],
    ['한국어', 6],
    ['ｆｕｌｌ', 8],
    ['｡', 1],
    ['🚢', 2],
    ['™', 1],
    ['हिन्दी', 5],
  ])('%s: %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('cutTo', () => {
  it.each([
    ['fits', 'openssl', 7, 'openssl'],
    ['cut', 'a long title', 9, 'a long...'],
    ['cut after a blank', 'a lo title', 8, 'a lo...'],
    ['wide characters that do not fit in half', '中文中文', 7, '中文...'],
    ['marks do not count', 'e\u0301e\u0301e\u0301', 3, 'e\u0301e\u0301e\u0301'],
    ['hardly any room', 'openssl', 2, '..'],
    ['no room', 'openssl', 0, ''],
  ])('%s', (_, text, width, expected) => {
    expect(cutTo(text, width)).toBe(expected);
  });
});

describe('padTo', () => {
  it.each([
    ['ab', 4, 'ab  '],
    ['中', 4, '中  '],
    ['abcd', 2, 'abcd'],
  ])('%s to %i', (text, width, expected) => {
    expect(padTo(text, width)).toBe(expected);
  });
});

describe('wrapTo', () => {
  it.each([
    ['between words', 'one two three', 8, ['one two', 'three']],
    ['at the very end of a word', 'one two three', 7, ['one two', 'three']],
    ['a word longer than the line', 'abcdefghij k', 4, ['abcd', 'efgh', 'ij k']],
    ['wide characters', '中文中文', 5, ['中文', '中文']],
    ['a line narrower than a character', '中文', 1, ['中', '文']],
    ['nothing', '', 5, []],
  ])('%s', (_, text, width, expected) => {
    expect(wrapTo(text, width)).toEqual(expected);
  });

  it('ends after as many lines as are wanted', () => {
    expect(wrapTo('one two three four', 8, 2)).toEqual(['one two', 'three...']);
  });

  it('keeps every character but blanks, in lines that fit', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), fc.integer({ min: 2, max: 30 }), (text, width) => {
        const lines = wrapTo(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('takes linear time', () => {
    const start = performance.now();
    wrapTo('word '.repeat(40_000), 10);

    expect(performance.now() - start).toBeLessThan(2000);
  });
});
