import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from './glob.ts';

describe('matchesGlob', () => {
  it.each([
    ['usr/lib/*', 'usr/lib/a', true],
    ['usr/lib/*', 'usr/lib/a/b', false],
    ['usr/**', 'usr/lib/a/b', true],
    ['**/package.json', 'a/b/package.json', true],
    ['**/package.json', 'package.json', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['a.c', 'abc', false],
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['***', 'a/b', true],
    ['[a]', '[a]', true],
    ['lib*', 'libssl3', true],
    ['3.0.*', '3.0.11-1', true],
  ])('%j on %j: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('says what a regular expression says', () => {
    const part = fc.constantFrom('a', 'b', '/', '*', '**', '?', '.');
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 10 }),
        (parts, text) => {
          const pattern = parts.join('');
          const source = pattern.replace(/\.|\*{2,}|\*|\?/g, (found) =>
            found === '.' ? '\\.' : found === '?' ? '[^/]' : found === '*' ? '[^/]*' : '[^]*',
          );
          expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${source}$`).test(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes no longer for stars that match nothing', () => {
    expect(matchesGlob('*a'.repeat(200), 'a'.repeat(2000).replace(/a$/, 'b'))).toBe(false);
  });
});
