import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

describe('nearest', () => {
  const known = ['negligible', 'low', 'medium', 'high', 'critical', 'fail-on', 'format'];

  it.each([
    ['a letter too few', 'hig', 'high'],
    ['a letter too many', 'highh', 'high'],
    ['a wrong letter', 'midium', 'medium'],
    ['two letters swapped', 'hihg', 'high'],
    ['upper case', 'CRITCAL', 'critical'],
    ['the word itself', 'low', 'low'],
    ['two edits in a long word', 'negligable', 'negligible'],
    ['nothing near', 'banana', undefined],
    ['short words must nearly fit', 'xyz', undefined],
    ['too long to be meant', 'high'.repeat(20), undefined],
  ])('%s: %s', (_, word, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });

  it('finds every known word through one deleted letter', () => {
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.nat(), (word, at) => {
        const i = at % word.length;
        return nearest(word.slice(0, i) + word.slice(i + 1), known) === word;
      }),
    );
  });

  it('asks only where it knows an answer', () => {
    expect(didYouMean('hihg', known, (word) => `--${word}`)).toBe(' Did you mean --high?');
    expect(didYouMean('banana', known)).toBe('');
  });
});
