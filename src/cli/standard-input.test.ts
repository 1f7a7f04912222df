import { describe, expect, it } from 'vitest';
import { checkStandardInput } from './standard-input.ts';

describe('checkStandardInput', () => {
  it.each([
    ['files, on a terminal', ['a', 'b', './-'], true],
    ['a pipe', ['a', '-'], false],
  ])('lets pass %s', (_, references, stdinIsTerminal) => {
    expect(() => checkStandardInput(references, { stdinIsTerminal })).not.toThrow();
  });

  it.each([
    ['a terminal, on which it would wait for ever', ['-'], true, /^standard input \(-\) is a terminal\./],
    ['a second reading', ['-', 'a', '-'], false, /^standard input \(-\) is named twice/],
  ])('refuses %s', (_, references, stdinIsTerminal, message) => {
    expect(() => checkStandardInput(references, { stdinIsTerminal })).toThrow(message);
  });
});
