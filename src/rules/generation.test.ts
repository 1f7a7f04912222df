import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { GenerationWriter } from './generation.ts';
import { defaultRuleLimits, kindOfFile } from './rule-file.ts';

function write(files: readonly (readonly [string, string])[], limits = {}) {
  const folder = temporaryFolder();
  const writer = new GenerationWriter(folder, { ...defaultRuleLimits, ...limits });
  for (const [name, text] of files) writer.add({ path: name, bytes: Buffer.from(text) }, kindOfFile(name));
  return { folder, parts: writer.parts() };
}

describe('GenerationWriter', () => {
  it('writes files that only their owner reads, and sums them up by kind', () => {
    const { folder, parts } = write([
      ['b/c.yar', 'c'],
      ['LICENSE', 'free'],
      ['a.yar', 'aa'],
      ['x.ndb', 'x'],
    ]);
    expect(readFileSync(path.join(folder, 'b/c.yar'), 'utf8')).toBe('c');
    expect(statSync(path.join(folder, 'b/c.yar')).mode & 0o777).toBe(0o600);
    expect(parts).toMatchObject([
      { kind: 'yara', files: ['a.yar', 'b/c.yar'], bytes: 3 },
      { kind: 'clamav', files: ['x.ndb'], bytes: 1 },
    ]);
  });

  it('gives a digest that tells names and contents, not the order', () => {
    const digest = (files: readonly (readonly [string, string])[]) => write(files).parts[0]?.digest;
    const one = digest([
      ['a.yar', '1'],
      ['b.yar', '2'],
    ]);
    expect(one).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(
      digest([
        ['b.yar', '2'],
        ['a.yar', '1'],
      ]),
    ).toBe(one);
    expect(
      digest([
        ['a.yar', '2'],
        ['b.yar', '1'],
      ]),
    ).not.toBe(one);
    expect(digest([['a.yar', '12']])).not.toBe(one);
  });

  it.each<[string, readonly string[], object, RegExp]>([
    ['a file twice', ['a.yar', 'a.yar'], {}, /comes twice/],
    ['a file that is a folder', ['a.yar/b.yar', 'a.yar'], {}, /a file and a folder/],
    ['a folder that is a file', ['a.yar', 'a.yar/b.yar'], {}, /a file and a folder/],
    ['a way out', ['../a.yar'], {}, /cannot be kept/],
    ['an absolute path', ['/tmp/a.yar'], {}, /cannot be kept/],
    ['a name that no file system has', [`${'x'.repeat(300)}.yar`], {}, /cannot be kept/],
    ['a line break in a name', ['a\nb.yar'], {}, /cannot be kept/],
    ['too many files', ['a.yar', 'b.yar', 'c.yar'], { files: 2 }, /more than 2 files/],
    ['too much', ['a.yar', 'b.yar', 'c.yar'], { totalBytes: 2 }, /more than 2 bytes/],
  ])('refuses %s', (_, names, limits, words) => {
    expect(() =>
      write(
        names.map((name) => [name, 'x'] as const),
        limits,
      ),
    ).toThrow(words);
  });
});
