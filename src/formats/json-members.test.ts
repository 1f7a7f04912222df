import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../errors.ts';
import { jsonElements, jsonMembers } from './json-members.ts';

function members(text: string | Uint8Array): [string, unknown][] {
  return [...jsonMembers(Buffer.from(text))].map(({ name, value }) => [
    name,
    JSON.parse(Buffer.from(value).toString()),
  ]);
}

describe('jsonMembers', () => {
  it.each([
    ['an empty object', '{}', []],
    [
      'blanks everywhere',
      ' \n{ "a" :\t1 , "b"\r: { } } \n',
      [
        ['a', 1],
        ['b', {}],
      ],
    ],
    [
      'words and numbers at the end',
      '{"a":true,"b":-1.5e3}',
      [
        ['a', true],
        ['b', -1500],
      ],
    ],
    [
      'brackets and quotes in strings',
      '{"a":"}]\\"{","b":["\\\\"]}',
      [
        ['a', '}]"{'],
        ['b', ['\\']],
      ],
    ],
    ['escapes in names', '{"\\u0061\\"":1}', [['a"', 1]]],
    ['a byte order mark', '\ufeff{"a":1}', [['a', 1]]],
    [
      'the same name twice',
      '{"a":1,"a":2}',
      [
        ['a', 1],
        ['a', 2],
      ],
    ],
    ['a name that objects inherit', '{"__proto__":{"a":1}}', [['__proto__', { a: 1 }]]],
  ])('%s', (_, text, expected) => {
    expect(members(text)).toEqual(expected);
  });

  it.each([
    ['nothing', ''],
    ['a list', '[1]'],
    ['a page', '<html>'],
    ['no end', '{"a":1'],
    ['no end of a string', '{"a":"x'],
    ['no end of a name', '{"a'],
    ['an escape at the end', '{"a":"\\'],
    ['no value', '{"a":}'],
    ['no colon', '{"a" 1}'],
    ['a name without quotes', '{a:1}'],
    ['a comma at the end', '{"a":1,}'],
    ['no comma', '{"a":1 "b":2}'],
    ['something behind it', '{"a":1} x'],
    ['a bad escape in a name', '{"\\x":1}'],
  ])('refuses a document with %s', (_, text) => {
    expect(() => members(text)).toThrow(FormatError);
  });

  it('finds the members of any object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), (object, indent) => {
        const text = JSON.stringify(object, undefined, indent);
        expect(members(text)).toEqual(Object.entries(JSON.parse(text) as object));
      }),
    );
  });

  it('never takes more than one look at a byte, however deep the brackets', () => {
    const deep = `{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`;

    expect([...jsonMembers(Buffer.from(deep))][0]?.value).toHaveLength(2_000_000);
  });
});

describe('jsonElements', () => {
  const elements = (text: string): unknown[] =>
    [...jsonElements(Buffer.from(text))].map((value) => JSON.parse(Buffer.from(value).toString()));

  it('finds the elements of every array', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 2, '\t'), (list, space) => {
        expect(elements(JSON.stringify(list, undefined, space))).toEqual(JSON.parse(JSON.stringify(list)));
      }),
    );
  });

  it.each(['', '{}', '1', '[', '[1', '[1,', '[1,]', '[,1]', '[1 2]', '[1]]', '["a]', '[{]'])('refuses %s', (text) => {
    expect(() => elements(text)).toThrow(/JSON/);
  });
});
