import { expect, it } from 'vitest';
import { isDeeperThan } from './json-depth.ts';

it.each<[string, number, boolean]>([
  ['', 0, false],
  ['1', 0, false],
  ['[]', 0, true],
  ['[{}]', 2, false],
  ['[{"a":[]}]', 2, true],
  ['[[],[],[]]', 2, false],
  ['"[[["', 0, false],
  ['"\\"[[["', 0, false],
  ['"\\\\"[', 0, true],
  ['"[[', 0, false],
  [']]]][', 0, false],
])('%s deeper than %i: %s', (text, limit, expected) => {
  expect(isDeeperThan(Buffer.from(text), limit)).toBe(expected);
});
