import { expect, it } from 'vitest';
import { toolsSentence } from './allowed.ts';

it.each([
  [[], [], []],
  [['SYS_PTRACE'], ['KILL'], ['So that it can be watched, root has SYS_PTRACE besides.']],
  [['KILL'], ['KILL'], []],
])('tools with %j in a cage with %j', (ofTools, ofProfile, told) => {
  expect(toolsSentence(ofTools, ofProfile)).toEqual(told);
});
