import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeLine, escapeSource, escapeText } from './escape-text.ts';

describe('escapeText', () => {
  it.each([
    ['plain text', 'openssl 3.0.11-1~deb12u1', 'openssl 3.0.11-1~deb12u1'],
    ['letters of other scripts', 'é ñ Ω ж 中文 한국어 हिन्दी', 'é ñ Ω ж 中文 한국어 हिन्दी'],
    ['emoji', '🚢', '🚢'],
    ['an escape sequence', '\x1b[2J\x1b]0;title\x07', '\\x1b[2J\\x1b]0;title\\x07'],
    ['line feed, carriage return and tab', 'a\nb\rc\td', 'a\\x0ab\\x0dc\\x09d'],
    ['NUL and DEL', 'a\0b\x7f', 'a\\x00b\\x7f'],
    ['C1 controls, among them CSI', '\x80\x9b31m\x9f', '\\x80\\x9b31m\\x9f'],
    ['bidi overrides and isolates', 'a\u202eb\u2066c\u2069', 'a\\u202eb\\u2066c\\u2069'],
    ['bidi marks', '\u200e\u200f\u061c', '\\u200e\\u200f\\u061c'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['zero-width characters', 'a\u200bb\u200cc\u200dd\u2060e\ufefff', 'a\\u200bb\\u200cc\\u200dd\\u2060e\\ufefff'],
    ['a soft hyphen', 'a\u00adb', 'a\\xadb'],
    ['letters that show nothing', '\u115f\u1160\u3164\uffa0', '\\u115f\\u1160\\u3164\\uffa0'],
    ['tags', '\u{e0041}', '\\u{e0041}'],
    ['variation selectors', 'a\ufe0f\u{e0100}', 'a\\ufe0f\\u{e0100}'],
    ['a lone high surrogate', 'a\ud800b', 'a\\ud800b'],
    ['a lone low surrogate', 'a\udc00b', 'a\\udc00b'],
    ['a byte order mark that is swapped', '\ufffe', '\\ufffe'],
    ['a few marks on a letter', 'e\u0301\u0323', 'e\u0301\u0323'],
    ['a pile of marks on a letter', `e${'\u0301'.repeat(6)}`, `e${'\u0301'.repeat(4)}\\u0301\\u0301`],
    ['the empty text', '', ''],
  ])('%s', (_, text, expected) => {
    expect(escapeText(text)).toBe(expected);
  });

  it('leaves nothing that a terminal would obey, and changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const escaped = escapeText(text);
        expect(escaped).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(escapeText(escaped)).toBe(escaped);
      }),
    );
  });

  it('takes linear time', () => {
    const start = performance.now();
    escapeText('\u0301'.repeat(1_000_000));
    escapeText('\x1b'.repeat(1_000_000));

    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe('escapeSource', () => {
  it.each([
    ['lines and tabs', 'RUN a \\\n\t&& b\r\n', 'RUN a \\\n\t&& b\r\n'],
    ['what would write over the line', 'RUN good\rRUN bad', 'RUN good\\u000dRUN bad'],
    ['an escape sequence', 'a\x1b]0;title\x07', 'a\\u001b]0;title\\u0007'],
    ['C1, bidi and what is not seen', '\x9b\u202e\u200b\u115f', '\\u009b\\u202e\\u200b\\u115f'],
    ['a tag', '\u{e0041}', '\\udb40\\udc41'],
    ['letters of other scripts', 'é ж 中文 🚢', 'é ж 中文 🚢'],
  ])('%s', (_, text, expected) => {
    expect(escapeSource(text)).toBe(expected);
  });

  it('leaves the meaning of JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 50 })), (words) => {
        const escaped = escapeSource(JSON.stringify(words));
        expect(escaped).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(JSON.parse(escaped)).toEqual(words);
      }),
    );
  });
});

describe('escapeLine', () => {
  it.each([
    ['an instruction over several lines', 'RUN a \\\n\t&& b\n', 'RUN a && b'],
    ['control characters besides', 'RUN echo \x1b[31m', 'RUN echo \\x1b[31m'],
    ['line separators', 'a\u2028b', 'a b'],
  ])('%s', (_, text, expected) => {
    expect(escapeLine(text)).toBe(expected);
  });
});
