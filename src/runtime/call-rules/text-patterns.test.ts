import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, compilePathPrefixes } from './text-patterns.ts';

const python = spawnSync('python3', ['--version']).status === 0;

describe('compileGlob', () => {
  it.each([
    ['/proc/*/environ', '/proc/12/environ', true],
    ['/proc/*/environ', '/proc/12/task/3/environ', true],
    ['/proc/*/environ', '/proc/12/environ2', false],
    ['/home/?/x', '/home/a/x', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[]]x', ']x', true],
    ['[a', '[a', true],
    [String.raw`\*`, '*', true],
    [String.raw`\*`, 'a', false],
    ['', '', true],
    ['*', '', true],
    ['?', '', false],
    ['a*b*c', 'aXbYbZc', true],
    ['*é*', 'caféx', true],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
  });

  it.skipIf(!python)('says what fnmatch of Python says', () => {
    const character = fc.constantFrom('a', 'b', '/', '.', '*', '?', '[', ']', '-', '!');
    const samples = fc.sample(
      fc.tuple(
        fc.array(character, { maxLength: 6 }),
        fc.array(fc.constantFrom('a', 'b', '/', '.', '-'), { maxLength: 6 }),
      ),
      400,
    );
    const cases = samples.map(([pattern, text]) => [pattern.join(''), text.join('')] as const);
    const program =
      'import fnmatch,sys,json; print(json.dumps([fnmatch.fnmatchcase(t,p) for p,t in json.load(sys.stdin)]))';
    const output = execFileSync('python3', ['-c', program], { input: JSON.stringify(cases), encoding: 'utf8' });
    const answers = JSON.parse(output) as boolean[];
    for (const [index, [pattern, text]] of cases.entries()) {
      expect([pattern, text, compileGlob(pattern)(text)]).toEqual([pattern, text, answers[index]]);
    }
  });

  it('takes no longer for patterns that were made to take long', () => {
    expect(compileGlob(`${'a*'.repeat(500)}b`)('a'.repeat(20_000))).toBe(false);
  });
});

describe('compilePathPrefixes', () => {
  it.each([
    [['/tmp/hello'], '/tmp/hello', true],
    [['/tmp/hello'], '/tmp/hello/world', true],
    [['/tmp/hello'], '/tmp/hello_world', false],
    [['/var/*/*.txt'], '/var/a/b.txt', true],
    [['/var/*'], '/var/run/file.txt', true],
    [['/var/*/x'], '/var/a/b/x', false],
    [['/etc', '/boot'], '/boot/vmlinuz', true],
    [['/'], '/anything', true],
    [[], '/anything', false],
  ])('%j on %s: %s', (prefixes, path, expected) => {
    expect(compilePathPrefixes(prefixes)(path)).toBe(expected);
  });
});
