import { describe, expect, it } from 'vitest';
import { FormatError } from '../errors.ts';
import { readYaml } from './yaml.ts';

describe('readYaml', () => {
  it.each([
    ['nothing', '# only\n', []],
    [
      'numbers, moments and truth as text',
      'a: 1.10\nb: 2001-01-01\nc: true\n',
      [{ a: '1.10', b: '2001-01-01', c: 'true' }],
    ],
    [
      'what has no value',
      'a:\nb: ~\nc: null\nd: "null"\nnull: 1\n',
      [{ a: null, b: null, c: null, d: 'null', null: '1' }],
    ],
    ['all documents', '%YAML 1.2\n---\na: 1\n---\nb: 2\n', [{ a: '1' }, { b: '2' }]],
    ['the last of a key that stands there twice', 'a: 1\na: 2\n', [{ a: '2' }]],
    ['keys of a prototype', '__proto__: 1\nconstructor: 2\n', [JSON.parse('{"__proto__": "1", "constructor": "2"}')]],
  ])('reads %s', (_, text, expected) => {
    expect(readYaml(text)).toEqual(expected);
  });

  it.each([
    ['a range without quotes', 'a: 1\nb: >=1.0 <2\n', 'line 2: not YAML'],
    ['a later document that is none', 'a: 1\n---\n"b\n', 'not YAML'],
    ['lists without an end', '- '.repeat(50_000), 'maxDepth'],
    ['brackets without an end', `a: ${'['.repeat(500_000)}`, 'maxDepth'],
    ['an alias at every line', `- &a 1\n${'- *a\n'.repeat(101)}`, 'alias'],
    ['more values than anybody writes', 'a,'.repeat(1_000_001), 'more values'],
    ['what is no text', 'PK\u0003\u0004', 'line 1: not YAML'],
  ])('refuses %s', (_, text, words) => {
    expect(() => readYaml(text)).toThrow(FormatError);
    expect(() => readYaml(text)).toThrow(words);
  });
});
