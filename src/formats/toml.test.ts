import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readToml, TomlError } from './toml.ts';

describe('readToml', () => {
  it('takes what is not of the expected type for absent', () => {
    const root = readToml(
      '\uFEFFtext = " x "\nblank = " "\nday = 2024-02-03\nlarge = 99999999999999999999\nlist = ["a", 1, {b = "c"}]\n[table]\nd = "e"\n',
    );

    expect(root.keys()).toEqual(['text', 'blank', 'day', 'large', 'list', 'table']);
    expect(['text', 'blank', 'day', 'list', 'none'].map((key) => root.text(key))).toEqual(['x', ...Array(4)]);
    expect(['day', 'list', 'text', 'large', 'none'].map((key) => root.table(key).exists)).not.toContain(true);
    expect(root.table('table').text('d')).toBe('e');
    expect(root.texts('list')).toEqual(['a']);
    expect(root.tables('list').map((table) => table.text('b'))).toEqual(['c']);
    expect([root.texts('text'), root.tables('table'), root.table('none').keys()]).toEqual([[], [], []]);
  });

  it('keeps keys of a prototype what they are', () => {
    const root = readToml('[__proto__]\npolluted = "yes"\n');

    expect(root.table('__proto__').text('polluted')).toBe('yes');
    expect(root.has('constructor')).toBe(false);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['a key twice', 'a = 1\na = 2\n', 2, 'not TOML: trying to redefine'],
    ['YAML', 'ignore:\n  - id\n', 1, 'not TOML: illegal character in key'],
    ['deep lists', `a = ${'['.repeat(10_000)}`, 1, 'excessively nested'],
    ['deep tables', `a = ${'{a='.repeat(10_000)}`, 1, 'excessively nested'],
    ['millions of tables', `a = [${'{},'.repeat(1_000_001)}]`, 1, 'more values'],
    ['millions of numbers', `a = [${'1,'.repeat(1_000_001)}]`, 1, 'more values'],
    ['millions of parts of a key', `a${'.a'.repeat(1_000_001)} = 1`, 1, 'more values'],
  ])('refuses %s with its line', (_, text, line, words) => {
    expect(() => readToml(text)).toThrow(TomlError);
    expect(() => readToml(text)).toThrow(expect.objectContaining({ line, message: expect.stringContaining(words) }));
  });

  it('ends on any bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a="\'[]{}.,#\n\\ 1-T:') }), (text) => {
        try {
          readToml(text);
        } catch (error) {
          expect(error).toBeInstanceOf(TomlError);
        }
      }),
    );
  });
});
