import { expect, it } from 'vitest';
import { isDashed } from './edge-look.ts';

it('what is not seen whole is dashed', () => {
  const seen = { kind: 'traffic', open: 1 } as const;

  expect(isDashed(seen)).toBe(false);
  expect(isDashed({ ...seen, open: 0 })).toBe(true);
  expect(isDashed({ ...seen, guessed: true })).toBe(true);
  expect(isDashed({ ...seen, oneSided: true })).toBe(true);
  expect(isDashed({ kind: 'membership', open: 0 })).toBe(false);
});
