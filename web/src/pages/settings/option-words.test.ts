import { expect, it } from 'vitest';
import { optionWords } from './option-words.ts';

it.each([
  ['3600000ms', '1h'],
  ['5400000ms', '90m'],
  ['30000ms', '30s'],
  ['1500ms', '1500ms'],
  ['0ms', '0ms'],
  ['["a","b"]', 'a, b'],
  ['"text"', 'text'],
  ['[1,{"a":2}]', '[1,{"a":2}]'],
  ['["cut', '["cut'],
  ['true', 'true'],
])('%s is shown as %s', (value, words) => {
  expect(optionWords(value)).toBe(words);
});
