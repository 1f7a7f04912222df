import { describe, expect, it } from 'vitest';
import { parseInteger, quote } from './go-text.ts';

describe('parseInteger', () => {
  it.each([
    ['0', 0],
    ['+7', 7],
    ['-1', -1],
    ['007', 7],
    [`${'0'.repeat(100)}5`, 5],
    ['9223372036854775807', Number.MAX_SAFE_INTEGER],
    ['-9223372036854775808', Number.MIN_SAFE_INTEGER],
    ['9223372036854775808', 'value out of range'],
    ['-9223372036854775809', 'value out of range'],
    ['1'.repeat(100_000), 'value out of range'],
    ['', 'invalid syntax'],
    ['-', 'invalid syntax'],
    ['1_000', 'invalid syntax'],
    ['0x1', 'invalid syntax'],
    ['1.0', 'invalid syntax'],
    [' 1', 'invalid syntax'],
    ['１', 'invalid syntax'],
  ])('%s', (text, expected) => {
    expect(parseInteger(text)).toBe(expected);
  });
});

describe('quote', () => {
  it.each([
    ['a"b', '"a\\"b"'],
    ["it's", '"it\'s"'],
    ['\t\x00\x7f', '"\\t\\x00\\x7f"'],
    ['é\u00a0\u200b😀\u{10ffff}', '"é\\u00a0\\u200b😀\\U0010ffff"'],
  ])('%j', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });
});
