import fc from 'fast-check';
import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { fixtureFiles } from '../../../test/support/language-fixtures.ts';
import { hasShared, sharedAbsent } from '../../../test/support/shared.ts';
import { FormatError } from '../../errors.ts';
import { blockEntries, flowMembers, unquoted } from './block-lines.ts';

function read(text: string): readonly string[] {
  return Array.from(blockEntries(text), ({ path, value }) => `${path.join(' > ')} = ${value}`);
}

describe('blockEntries', () => {
  it('reads keys and values by their indentation', () => {
    const text = [
      "'@a/b@1.0.0':",
      '    resolution: {integrity: sha512-x, tarball: https://a/b}  ',
      '    deprecated: >-',
      '      told: in several',
      '',
      '      lines',
      '    list:',
      '      - one: 1',
      '        two: 2',
      '    # said by somebody',
      '    same:',
      '    - x',
      '    "version": "1.0.0" # as it is',
      'https://a/b.tgz: text',
      '? a key that is long',
      ': value',
      '? "quoted"',
      ':',
      '  inner: 1',
    ].join('\r\n');

    expect(read(text)).toEqual([
      '@a/b@1.0.0 = ',
      '@a/b@1.0.0 > resolution = {integrity: sha512-x, tarball: https://a/b}',
      '@a/b@1.0.0 > deprecated = >-',
      '@a/b@1.0.0 > list = ',
      '@a/b@1.0.0 > same = ',
      '@a/b@1.0.0 > version = "1.0.0"',
      'https://a/b.tgz = text',
      'a key that is long = value',
      'quoted = ',
      'quoted > inner = 1',
    ]);
  });

  it('counts documents', () => {
    const documents = [...blockEntries('---\na: 1\n---\nb: 2\n...\n---\nc: 3\n')].map(({ document }) => document);
    expect(documents).toEqual([0, 1, 2]);
  });

  it.each([
    ['no key', 'a: 1\nthis is text', 'line 2'],
    ['a conflict that somebody left', 'a: 1\n<<<<<<< HEAD\nb: 2\n', 'line 2'],
    ['a key without an end', '"a: 1', 'line 1'],
    ['a tabulator', '\ta: 1', 'line 1'],
    [
      'too many mappings in each other',
      Array.from({ length: 30 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
      'line 21',
    ],
  ])('refuses %s, with the line', (_, text, line) => {
    expect(() => read(text)).toThrow(FormatError);
    expect(() => read(text)).toThrow(line);
  });

  it('needs time by the length of a text alone', () => {
    for (const text of [
      `a${' '.repeat(2e6)}`,
      `a:${'#'.repeat(2e6)}`,
      ' '.repeat(2e6),
      '\n'.repeat(2e6),
      `${"'".repeat(2e6)}`,
    ]) {
      const start = performance.now();
      try {
        read(text);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
      expect(performance.now() - start).toBeLessThan(2000);
    }
  });

  it('has an answer for every text, or a FormatError', () => {
    const lines = fc.array(
      fc.constantFrom('a:', '  b: 1', '- x', '? k', ': v', '---', '    {', "'q': 2", '"', ' ', '#c'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          lines.map((some) => some.join('\n')),
        ),
        (text) => {
          try {
            read(text);
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        },
      ),
    );
  });
});

/** Scalars of a document by their path, as a whole reader of YAML has them; lists left out. */
function scalars(value: unknown, path: readonly string[] = []): readonly string[] {
  if (Array.isArray(value)) return [];
  if (typeof value !== 'object' || value === null) return [`${path.join(' > ')} = ${String(value ?? '')}`];
  return Object.entries(value).flatMap(([key, one]) => scalars(one, [...path, key]));
}

describe.skipIf(!hasShared)(`lockfiles that package managers wrote${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  const files = hasShared
    ? [
        ...[...fixtureFiles('osv-scalibr-language', 'language/javascript/pnpmlock/testdata')],
        ...[...fixtureFiles('osv-scalibr-language', 'language/javascript/yarnlock/testdata')],
        ...[...fixtureFiles('syft', 'javascript/testdata')],
      ].filter(
        ([name]) =>
          /pnpm-lock|\.v2\.lock|berry\/|\.yaml$/.test(name) &&
          !/corrupt|glob|multi-doc|registry|empty|yarn-berry\//.test(name),
      )
    : [];

  it.each(files)('are read as js-yaml reads them: %s', (_, content) => {
    const whole = scalars(load(content.toString(), { schema: FAILSAFE_SCHEMA }) ?? '').filter((one) => one !== ' = ');
    const text = new Set(
      Array.from(blockEntries(content.toString()), ({ path, value }) =>
        value.startsWith('{')
          ? Array.from(flowMembers(value), ([key, one]) => `${[...path, key].join(' > ')} = ${one}`)
          : [`${path.join(' > ')} = ${unquoted(value)}`],
      ).flat(),
    );

    expect(whole.filter((one) => !text.has(one))).toEqual([]);
  });
});

describe('flowMembers', () => {
  it.each([
    ['{integrity: sha512-a+b==, tarball: https://a/b.tgz}', { integrity: 'sha512-a+b==', tarball: 'https://a/b.tgz' }],
    ["{node: '>=6, <8', npm: \"it's\", 'a: b': 1}", { node: '>=6, <8', npm: "it's", 'a: b': '1' }],
    ['{a: {b: 1, c: 2}, d: [x, y], e: 1}', { a: '{b: 1, c: 2}', d: '[x, y]', e: '1' }],
    ['{}', {}],
    ['{a}', {}],
    ['{a: "no end}', {}],
    ['text', {}],
    ['{__proto__: 1}', JSON.parse('{"__proto__": "1"}')],
  ])('reads %s', (text, members) => {
    expect(flowMembers(text)).toEqual(new Map(Object.entries(members as object)));
  });
});
