import { describe, expect, it } from 'vitest';
import { ConditionError } from './condition-error.ts';
import { compileRegex } from './linear-regex.ts';

describe('compileRegex', () => {
  it.each([
    ['a.c', 'xabcx', true],
    ['^a.c$', 'xabcx', false],
    ['(ab|cd)+e', 'abcde', true],
    ['[^/]+\\.sh', '/tmp/x.sh', true],
    ['\\bsh\\b', 'a sh b', true],
    ['\\bsh\\b', 'ash', false],
    ['a{2,3}b', 'ab', false],
    ['a{2,3}b', 'aab', true],
    ['a{2,}b', 'aaaaab', true],
    ['a{0}b', 'b', true],
    ['(?i)WGET', 'wget', true],
    ['[[:digit:]]{3}', 'a123', true],
    ['\\d+\\s\\w+', '12 ab', true],
    ['x*', '', true],
    ['(a*)*b', 'aaab', true],
    ['', 'anything', true],
    ['é', 'café', true],
    ['.', '😀', true],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(compileRegex(pattern)(text)).toBe(expected);
  });

  it('matches the whole where that is asked', () => {
    expect(compileRegex('[a-z]*/proc/[0-9]+/cmdline', { whole: true })('/proc/1/cmdline')).toBe(true);
    expect(compileRegex('proc', { whole: true })('/proc/1')).toBe(false);
    expect(compileRegex('a|ab', { whole: true })('ab')).toBe(true);
  });

  it.each(['^(a+)+$', '^(a|a)*$', '(.*a){20}$'])('takes no longer for %s, which was made to take long', (pattern) => {
    expect(compileRegex(pattern)(`${'a'.repeat(5000)}!`)).toBe(false);
  });

  it.each([
    ['(a', /missing closing \)/],
    ['a)', /unexpected \)/],
    ['[a', /missing closing ]/],
    ['*a', /missing argument/],
    ['(?=a)', /unsupported Perl syntax/],
    ['\\1', /invalid escape/],
    ['(a{1000}){1000}', /invalid repeat count/],
    ['a'.repeat(10_000), /too long/],
    ['[b-a]', /invalid character class range/],
    ['a\\', /trailing backslash/],
  ])('refuses %s', (pattern, message) => {
    expect(() => compileRegex(pattern)).toThrow(ConditionError);
    expect(() => compileRegex(pattern)).toThrow(message);
  });
});
