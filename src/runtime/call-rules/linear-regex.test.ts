import fc from 'fast-check';
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

  it('says what the engine of JavaScript says', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\d', '(a|b)', '(?:ab)', '\\b', '^', '$');
    const times = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,3}', '*?');
    const pattern = fc
      .array(fc.tuple(atom, times), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.map(([part, count]) => (/^(?:\\b|\^|\$)$/.test(part) ? part : part + count)).join(''));
    const alternatives = fc.array(pattern, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|'));
    const text = fc.array(fc.constantFrom('a', 'b', '1', ' ', '\n'), { maxLength: 10 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(alternatives, text, (source, subject) => {
        expect(compileRegex(source)(subject)).toBe(new RegExp(source).test(subject));
        expect(compileRegex(source, { whole: true })(subject)).toBe(new RegExp(`^(?:${source})$`).test(subject));
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['^(a+)+$', '^(a|a)*$', '(.*a){20}$'])('takes no longer for %s, which was made to take long', (pattern) => {
    expect(compileRegex(pattern)(`${'a'.repeat(5000)}!`)).toBe(false);
  });

  it.each([
    ['(a', /not closed/],
    ['a)', /no start/],
    ['[a', /not closed/],
    ['*a', /nothing stands before/],
    ['(?=a)', /not supported/],
    ['\\1', /not supported/],
    ['a{1000}{1000}', /too large/],
    ['[b-a]', /empty/],
    ['a\\', /backslash/],
  ])('refuses %s', (pattern, message) => {
    expect(() => compileRegex(pattern)).toThrow(ConditionError);
    expect(() => compileRegex(pattern)).toThrow(message);
  });
});
