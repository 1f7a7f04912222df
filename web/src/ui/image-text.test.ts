import { describe, expect, it } from 'vitest';
import { hostileTexts } from '../../../test/support/hostile-texts.ts';
import { piecesOf, plainText } from './image-text.tsx';

describe('piecesOf', () => {
  it.each([
    ['plain', 'nginx:1.29', ['nginx:1.29']],
    ['a change of direction', 'a\u202Eb', ['a', '[U+202E]', 'b']],
    ['controls that have names', '\u001B[31m\n', ['[\\e]', '[31m', '[\\n]']],
    ['what is not seen', 'pay\u200Bpal\u00AD', ['pay', '[U+200B]', 'pal', '[U+00AD]']],
    ['half a pair', 'x\uD83D', ['x', '[U+D83D]']],
    ['a letter beyond the first plane', '𒐫', ['𒐫']],
    ['an emoji with its selector', '❤\uFE0F', ['❤\uFE0F']],
    ['letters of other scripts', 'שלום', ['שלום']],
  ])('shows %s', (_, text, expected) => {
    const shown = piecesOf(text).map((piece) => (piece.odd ? `[${piece.text}]` : piece.text));
    expect(shown).toEqual(expected);
  });

  it('leaves lines and tabs where a text has several', () => {
    expect(piecesOf('a\n\tb', true)).toEqual([{ text: 'a\n\tb', odd: false }]);
  });

  it('bounds what it shows', () => {
    const pieces = piecesOf('x'.repeat(100_000));
    expect(pieces.at(-1)).toEqual({ text: '… 95904 more characters', odd: true });
    expect(pieces.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(4200);
  });

  it.each(hostileTexts.map(({ name, text }) => [name, text] as const))('leaves nothing that acts of %s', (_, text) => {
    expect(plainText(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200B-\u200F\u202A-\u202E\u2066-\u2069]/u);
  });
});
