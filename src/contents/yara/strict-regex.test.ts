import { describe, expect, it } from 'vitest';
import { strictRegex } from './strict-regex.ts';

describe('strictRegex', () => {
  it.each([
    ['/abc/', '/abc/'],
    ['/a{2}b{1,}c{,3}d{1,3}/i', '/a{2}b{1,}c{,3}d{1,3}/i'],
    ['/function x(){/', String.raw`/function x()\{/`],
    ['/a{x}{2}{/', String.raw`/a\{x}{2}\{/`],
    ['/[{}]{/', String.raw`/[{}]\{/`],
    [String.raw`/\{\w\d\x41\// `, String.raw`/\{\w\d\x41\// `],
    [String.raw`/C:\Users\\g\g{/`, String.raw`/C:Users\\gg\{/`],
    [String.raw`/[\g\]{]{/`, String.raw`/[g\]{]\{/`],
  ])('of %s is %s', (regex, expected) => {
    expect(strictRegex(regex)).toBe(expected);
  });
});
