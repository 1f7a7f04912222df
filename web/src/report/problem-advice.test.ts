import { describe, expect, it } from 'vitest';
import { isIncomplete, type ProblemCode, problemCodes } from '../../../src/model/problem.ts';
import { adviceOn, makesIncomplete, meaningOf } from './problem-advice.ts';

describe.each(Object.keys(problemCodes) as ProblemCode[])('%s', (code) => {
  it('is as grave as the report says, and means something', () => {
    expect(makesIncomplete({ code, message: '' })).toBe(isIncomplete({ code, message: '' }));
    expect(meaningOf({ code, message: '' })).toMatch(/\.$/);
  });
});

describe('a problem', () => {
  it('of a code that the page does not know yet makes the report incomplete', () => {
    expect(makesIncomplete({ code: 'future.code' as ProblemCode, message: '' })).toBe(true);
  });

  it.each([
    ['advisories.stale', 'They are 90 days old.', 'Bring the advisories up to date (drydock db update).'],
    ['advisories.stale', 'Run "drydock db update".', undefined],
    ['layer.truncated', 'It ends.', 'Fetch or build the image again: what is stored is not what was made.'],
    ['image.one-of-several', 'It is one of two.', undefined],
    ['check.undecided', 'base-old cannot be decided.', undefined],
  ] as const)('%s, %s', (code, message, advice) => {
    expect(adviceOn({ code, message })).toBe(advice);
  });
});
