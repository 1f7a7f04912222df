import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTomlTable, readToml, TomlError, type TomlTable, type TomlValue } from './toml.ts';

function plain(value: TomlValue): unknown {
  if (isTomlTable(value)) return Object.fromEntries([...value.entries].map(([key, one]) => [key, plain(one)]));
  return Array.isArray(value) ? value.map((one: TomlValue) => plain(one)) : value;
}

const read = (text: string): unknown => plain(readToml(text));

describe('readToml', () => {
  it.each<[string, string, unknown]>([
    ['keys and values', 'a = "x"\nb = 12\nc = true\nd = -1.5e3\n', { a: 'x', b: 12, c: true, d: -1500 }],
    ['comments and blank lines', '# x\n\na = 1 # y\n\t\n', { a: 1 }],
    [
      'dates',
      'a = 2024-02-03\nb = 2024-02-03T04:05:06Z\n',
      { a: { date: '2024-02-03' }, b: { date: '2024-02-03T04:05:06Z' } },
    ],
    ['escapes', 'a = "q\\"\\u00e9\\n\\\\"\nb = \'c:\\x\'\n', { a: 'q"é\n\\', b: 'c:\\x' }],
    [
      'texts of several lines',
      'a = """\nx\n"y" \\\n   z"""\nb = \'\'\'\nq\'\'\'\nc = 1\n',
      { a: 'x\n"y" z', b: 'q', c: 1 },
    ],
    ['lists over lines', 'a = [ "x", # c\n  "y",\n]\n', { a: ['x', 'y'] }],
    ['inline tables', 'a = { b = 1, c.d = [ { e = "f" } ] }\n', { a: { b: 1, c: { d: [{ e: 'f' }] } } }],
    ['dotted and quoted keys', 'a.b = 1\na."c d" = 2\n', { a: { b: 1, 'c d': 2 } }],
    ['tables', '[a.b]\nc = 1\n[a.d]\ne = 2\n', { a: { b: { c: 1 }, d: { e: 2 } } }],
    [
      'lists of tables',
      '[[v]]\nid = "1"\n[[v]]\nid = "2"\n[v.x]\ny = 1\n',
      { v: [{ id: '1' }, { id: '2', x: { y: 1 } }] },
    ],
    ['line ends of Windows', 'a = 1\r\n[b]\r\nc = 2\r\n', { a: 1, b: { c: 2 } }],
  ])('reads %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('knows the lines of tables', () => {
    const list = readToml('# x\n\n[[v]]\nid = """\na\n"""\n\n[[v]]\n').entries.get('v') as readonly TomlTable[];

    expect(list.map(({ line }) => line)).toEqual([3, 8]);
  });

  it.each([
    ['a key twice', 'a = 1\na = 2\n', 2, 'twice'],
    ['a table twice', '[a]\n[a]\n', 2, 'twice'],
    ['a value that is missing', 'a =\n', 1, 'no value'],
    ['a bare word', 'a = yes\n', 1, 'no value that is understood'],
    ['inf', 'a = inf\n', 1, 'no value that is understood'],
    ['hexadecimal numbers', 'a = 0xff\n', 1, 'no value that is understood'],
    ['a text without end', 'a = "x\n', 1, 'no end'],
    ['a long text without end', 'a = """x\n', 1, 'no end'],
    ['two values on a line', 'a = 1 b = 2\n', 1, 'the end of the line'],
    ['a table that is a value', 'a = 1\n[a.b]\n', 2, 'no table'],
    ['YAML', 'ignore:\n  - id\n', 1, '"=" is expected'],
    ['deep lists', `a = ${'['.repeat(10_000)}`, 1, 'deeper than'],
    ['millions of tables', `a = [${'{},'.repeat(300_000)}]`, 1, 'more values'],
    ['an escape that is none', 'a = "\\q"\n', 1, 'no escape'],
  ])('refuses %s with its line', (_, text, line, words) => {
    expect(() => read(text)).toThrow(TomlError);
    expect(() => read(text)).toThrow(expect.objectContaining({ line, message: expect.stringContaining(words) }));
  });

  it('reads a text of millions of characters', () => {
    const text = 'x'.repeat(9_000_000);

    expect(read(`a = "${text}"\nb = '${text}'\n`)).toEqual({ a: text, b: text });
    expect(() => read(`a = "${text}`)).toThrow(TomlError);
  });

  it('reads back any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const written = JSON.stringify(text).replace(/\\\//g, '/').replaceAll('\u007f', '\\u007f');
        expect(read(`a = ${written}\n`)).toEqual({ a: text });
      }),
    );
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
