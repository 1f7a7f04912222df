import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parseRegex } from './regex.ts';

describe('parseRegex says in the dialect of YARA what PCRE means', () => {
  it.each([
    ['a.b', '', 'a.b'],
    ['a/b', '', 'a\\x2fb'],
    ['a{2,5}', '', 'a{2,5}'],
    ['x{y', '', 'x\\{y'],
    ['(a|b)+?', '', '(?:a|b)+?'],
    ['(?<name>a)', '', '(?:a)'],
    ['a.*b', 'U', 'a.*?b'],
    ['a b # c\n d', 'x', 'abd'],
    ['end$', '', 'end\\x0a?$'],
    ['end$', 'E', 'end$'],
    ['\\Qa.b\\E', '', 'a\\x2eb'],
    ['\\x41\\x{42}\\103', '', '\\x41\\x42\\x43'],
    ['[[:alpha:]-]', '', '[[:alpha:]\\-]'],
    ['[]a&&b--c]', '', '[\\x5da\\x26\\x26b-\\-c]'],
    ['\\h\\R', '', '[ \\t](?:\\r\\n|[\\x0a-\\x0d])'],
    ['\xe4', '', '\\xe4'],
  ])('%j with %j is %j', (text, flags, pattern) => {
    expect(parseRegex(text, flags).pattern).toBe(pattern);
  });

  it.each([
    ['(?=a)b', 'look-around'],
    ['(?<!a)b', 'look-around'],
    ['(?>a)b', 'atomic group'],
    ['a++b', 'possessive repetition'],
    ['(a)\\1', 'back-reference'],
    ['(?i)a', 'flags within'],
    ['\\pLa', 'Unicode classes'],
    ['a{5000}', 'long repetition'],
  ])('%j cannot be said: %s', (text, reason) => {
    expect(parseRegex(text, '')).toMatchObject({ pattern: undefined, reason });
  });

  it.each(['(a', 'a)', '[a', '*a', 'a\\', '(?:', '(?#x', ''])('%j is none', (text) => {
    expect(() => parseRegex(text, '')).toThrow(FormatError);
  });

  it('a line start in front is judged by whoever matches, another is not supported', () => {
    expect(parseRegex('^a', 'm')).toMatchObject({ pattern: 'a', lineStart: true });
    expect(parseRegex('a|^b', 'm')).toMatchObject({ pattern: undefined, reason: 'line starts within' });
  });
});
