import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutTo, displayWidth, padTo, wrapTo, wrapWithEnd, wrapWords } from './display-width.ts';

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

describe('wrapWithEnd', () => {
  it.each([
    ['both on a line', 'one two', '[x]', 20, ['one two [x]']],
    ['the end on the next line, in one piece', 'one two', '[x and y]', 14, ['one two', '[x and y]']],
    ['the end after two lines', 'one two three', '[x]', 9, ['one two', 'three [x]']],
    ['text that is cut before the end', 'one two three four five six', '[x]', 13, ['one two three', 'four f... [x]']],
    ['text that is cut without an end', 'one two three four five', '', 9, ['one two', 'three...']],
    ['an end that fills the line', 'one two three', '[x and y and z]', 9, ['one two', '[x and...']],
    ['an end alone', '', '[x]', 9, ['[x]']],
    ['nothing', '', '', 9, []],
  ])('%s', (_, text, end, width, expected) => {
    expect(wrapWithEnd(text, end, width, 2)).toEqual(expected);
  });

  it('keeps to width and lines', () => {
    const words = fc.string({ maxLength: 60 });
    fc.assert(
      fc.property(
        words,
        words,
        fc.integer({ min: 4, max: 30 }),
        fc.integer({ min: 1, max: 3 }),
        (text, end, width, n) => {
          const lines = wrapWithEnd(text, end, width, n);
          expect(lines.length).toBeLessThanOrEqual(n);
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

describe('wrapWords', () => {
  it.each([
    ['nothing to wrap', 'one two', 10, 10, ['one two']],
    ['between words', 'one two three', 8, 8, ['one two', 'three']],
    ['a longer first line', 'one two three four', 8, 14, ['one two three', 'four']],
    ['a word longer than the line', 'see https://a.example/b now', 8, 8, ['see', 'https://a.example/b', 'now']],
    ['nothing', '', 8, 8, ['']],
  ])('%s', (_, text, width, first, expected) => {
    expect(wrapWords(text, width, first)).toEqual(expected);
  });
});
