import { describe, expect, it } from 'vitest';
import { severityOfWord } from './severity-word.ts';

describe('severityOfWord', () => {
  it.each([
    ['CRITICAL', 'critical'],
    ['Important', 'high'],
    ['high', 'high'],
    ['MODERATE', 'medium'],
    ['medium**', 'medium'],
    ['low*', 'low'],
    ['low', 'low'],
    ['unimportant', 'negligible'],
    ['None', 'negligible'],
    ['untriaged', 'unknown'],
    ['not yet assigned', 'unknown'],
    ['end-of-life', 'unknown'],
    ['', 'unknown'],
    ['constructor', 'unknown'],
    [undefined, 'unknown'],
    [9.8, 'unknown'],
  ])('%j is %s', (word, severity) => {
    expect(severityOfWord(word)).toBe(severity);
  });
});
