import { describe, expect, it } from 'vitest';
import { FormatError } from '../errors.ts';
import { readControlFields } from './control-fields.ts';

const read = (text: string) => readControlFields(text).map((fields) => Object.fromEntries(fields));

describe('readControlFields', () => {
  it('reads stanzas, continued lines and lines that end as on Windows', () => {
    expect(read('Package: a\r\nTitle: One\r\n  two\r\n\tthree\r\n\r\n\r\nPackage: b\r\nEmpty:\r\n')).toEqual([
      { Package: 'a', Title: 'One\ntwo\nthree' },
      { Package: 'b', Empty: '' },
    ]);
  });

  it.each([
    ['nothing', '', []],
    ['blanks', ' \n\t\n', []],
    ['a continuation of nothing', ' x\nA: 1', [{ A: '1' }]],
    ['lines that are no field', 'no field\n: x\nA b: 1\nA: 1\nplain\n more of plain\nB: 2', [{ A: '1', B: '2' }]],
    ['a field twice', 'A: 1\nA: 2', [{ A: '1' }]],
    ['names of a prototype', '__proto__: 1\nconstructor: 2', [JSON.parse('{"__proto__": "1", "constructor": "2"}')]],
  ])('takes %s for what it is', (_, text, expected) => {
    expect(readControlFields(text).map((fields) => [...fields])).toEqual(
      expected.map((fields) => Object.keys(fields).map((key) => [key, (fields as Record<string, string>)[key]])),
    );
  });

  it.each([
    ['stanzas', 'A: 1\n\n'.repeat(100_001)],
    ['fields', Array.from({ length: 501 }, (_, i) => `A${i}: 1\n`).join('')],
  ])('refuses more %s than anybody writes', (_, text) => {
    expect(() => readControlFields(text)).toThrow(FormatError);
  });
});
