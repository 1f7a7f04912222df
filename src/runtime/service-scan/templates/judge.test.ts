import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import type { Matcher } from './template.ts';

const regex = (pattern: string, negative: boolean): Matcher =>
  ({ type: 'regex', part: 'body', patterns: [pattern], all: false, negative }) as unknown as Matcher;

const body = `${'a'.repeat(40)}!`;
const names = (name: string): string | undefined => (name === 'body' ? body : undefined);

describe('a judgement', () => {
  it.each([
    ['finds', 'aaa', false, true],
    ['does not find', 'bbb', false, false],
    ['finds the absence', 'bbb', true, true],
    ['does not find the absence', 'aaa', true, false],
    // Nobody knows whether it is there.
    ['finds neither where it takes too long', '^(a+)+$', false, false],
    ['finds no absence where it takes too long', '^(a+)+$', true, false],
  ])('%s', (_, pattern, negative, matched) => {
    expect(judge({ matchers: [regex(pattern, negative)], all: true, extractors: [] }, names).matched).toBe(matched);
  });
});
