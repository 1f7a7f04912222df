import fc from 'fast-check';
import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { fixtureFiles } from '../../test/support/language-fixtures.ts';
import { hasShared } from '../../test/support/shared.ts';
import { FormatError } from '../errors.ts';
import { readYamlBlock, type YamlValue } from './yaml-block.ts';

/** As js-yaml gives it: objects in place of maps. */
function plain(value: YamlValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [key, plain(one)]));
  return Array.isArray(value) ? value.map((one: YamlValue) => plain(one)) : value;
}

describe('readYamlBlock', () => {
  it.each([
    ['a text', 'a', 'a'],
    ['a mapping', 'a: 1\nb: x y\n', { a: '1', b: 'x y' }],
    ['comments and blank lines', '# x\n\na: 1 # y\n  # z\nb: "#" # q\n', { a: '1', b: '#' }],
    ['mappings in each other', 'a:\n  b:\n    c: 1\n  d: 2\ne: 3\n', { a: { b: { c: '1' }, d: '2' }, e: '3' }],
    ['lists', 'a:\n- 1\n- b: 2\n  c: 3\n-\n  - 4\nd:\n  - 5\n', { a: ['1', { b: '2', c: '3' }, ['4']], d: ['5'] }],
    ['lists in lists', '- - 1\n  - 2\n- 3\n', [['1', '2'], '3']],
    ['quotes', `a: "x\\ty"\n'b''c': 'd''e'\n`, { a: 'x\ty', "b'c": "d'e" }],
    ['texts of several lines', 'a: b\n  c\n  d\ne: "f\n  g"\n', { a: 'b c d', e: 'f g' }],
    ['a text below its key', 'a:\n  b c\n  d\ne: 1\n', { a: 'b c d', e: '1' }],
    [
      'literal and folded texts, which are passed over',
      'a: |\n  # b: c\n\n  d\ne: >-\n  f\ng: 1\n',
      { a: '', e: '', g: '1' },
    ],
    ['a range that looks like the head of a text', 'a: >=1.0 <2\nb: |x\nc: 1\n', { a: '>=1.0 <2', b: '|x', c: '1' }],
    [
      'brackets',
      'a: {b: 1, "c": [2, {d: 3}], e}\nf: [g: , h]\n',
      { a: { b: '1', c: ['2', { d: '3' }], e: '' }, f: [{ g: '' }, 'h'] },
    ],
    ['brackets of several lines', 'a: [\n  1, # x ]\n  "]",\n  2 ]\nb: 3\n', { a: ['1', ']', '2'], b: '3' }],
    ['nothing', 'a:\nb: ~\nc: null\n', { a: '', b: '', c: '' }],
    ['the first document alone', '%YAML 1.2\n--- \na: 1\n---\nb: 2\n', { a: '1' }],
    ['keys with colons and blanks', 'a:b c: d:e\n', { 'a:b c': 'd:e' }],
    ['line ends of Windows', 'a: 1\r\nb:\r\n  - 2\r\n', { a: '1', b: ['2'] }],
    ['aliases and anchors as text', 'a: &x 1\nb: *x\n', { a: '&x 1', b: '*x' }],
    ['keys of a prototype', '__proto__: 1\nconstructor: 2\n', JSON.parse('{"__proto__": "1", "constructor": "2"}')],
  ])('reads %s', (_, text, expected) => {
    expect(plain(readYamlBlock(text))).toEqual(expected);
  });

  it.each([
    ['nothing', ''],
    ['comments alone', '# a\n\n'],
    ['a line that is nowhere', 'a:\n    b: 1\n  c: 2\n'],
    ['an entry behind a list', 'a:\n  - 1\n  b: 2\n'],
    ['a text without an end', 'a: "b\nc: d\n'],
    ['brackets without an end', 'a: [1,\nb: 2\n'],
    ['what stands behind a text', 'a: "b" c\n'],
    ['lists without an end', '- '.repeat(50_000)],
    ['brackets without an end in each other', `a: ${'['.repeat(500_000)}`],
    ['closed brackets in each other', `a: ${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ])('refuses %s', (_, text) => {
    expect(() => readYamlBlock(text)).toThrow(FormatError);
  });

  it('says on which line', () => {
    expect(() => readYamlBlock('a: 1\nb: 2\n{}\n')).toThrow('line 3 is not understood: "{}"');
  });

  const names = fc.stringMatching(/^[a-z][\w.-]{0,8}$/).filter((name) => name !== 'null');
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      names,
      fc
        .string({ maxLength: 12 })
        .filter((text) => !/[\r\n\u0085\u2028\u2029]/.test(text))
        .map((text) => ({ text })),
      fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
      fc.uniqueArray(fc.tuple(names, tie('tree')), { minLength: 1, maxLength: 3, selector: ([name]) => name }),
    ),
  }));

  /** Writes it as package managers do. */
  function write(value: unknown, indent: string): string {
    if (typeof value === 'string') return ` ${value}\n`;
    if (!Array.isArray(value)) return ` ${JSON.stringify((value as { text: string }).text)}\n`;
    return `\n${value
      .map((one: unknown) =>
        Array.isArray(one) && one.length === 2 && typeof one[0] === 'string' && isMapping(value)
          ? `${indent}${one[0]}:${write(one[1], `${indent}  `)}`
          : `${indent}-${write(one, `${indent}  `)}`,
      )
      .join('')}`;
  }
  const isMapping = (value: readonly unknown[]): boolean =>
    value.every((one) => Array.isArray(one) && one.length === 2 && typeof one[0] === 'string') &&
    new Set(value.map((one) => (one as unknown[])[0])).size === value.length;

  it('reads what is written as js-yaml does', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const text = write(value, '');
        expect(plain(readYamlBlock(text)), text).toEqual(load(text, { schema: FAILSAFE_SCHEMA }));
      }),
      { numRuns: 300 },
    );
  });

  it.skipIf(!hasShared).each([
    ['syft', 'dart/testdata/pubspec_locks'],
    ['syft', 'dart/testdata/pubspecs'],
    ['syft', 'haskell/testdata/stack.yaml'],
    ['syft', 'haskell/testdata/stack.yaml.lock'],
    ['syft', 'swift/testdata/Podfile.lock'],
    ['osv-scalibr-language', 'language/haskell/stacklock/testdata'],
    ['osv-scalibr-language', 'language/swift/podfilelock/testdata'],
    ['osv-scalibr-language', 'language/dart/pubspec/testdata'],
  ] as const)('reads what js-yaml does of %s %s', (archive, folder) => {
    let compared = 0;
    for (const [name, content] of fixtureFiles(archive, folder)) {
      const text = content.toString();
      if (text.trim() === '' || /[|>]-?\n/.test(text)) continue;
      compared++;
      expect(plain(readYamlBlock(text)), name).toEqual(texts(load(text, { schema: FAILSAFE_SCHEMA })));
    }
    expect(compared).toBeGreaterThan(0);
  });

  function texts(value: unknown): unknown {
    if (value === null) return '';
    if (Array.isArray(value)) return value.map(texts);
    if (typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, texts(one)]));
    return value;
  }

  it('takes time by the length of a text alone, whatever is in it', () => {
    const size = 300_000;
    for (const part of ['a:\n', '- ', '"\n', "'\n ", '[\n ', '{a: [', 'a: "\\\n ', ' \n', 'a: {\n }\n', '"a\\" ']) {
      for (const before of ['', 'a: ', '- ', 'a: "', 'a: [']) {
        try {
          readYamlBlock(before + part.repeat(size / part.length));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }
    }
  });
});
