import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withoutComments } from './json-comments.ts';

const read = (text: string): unknown => JSON.parse(withoutComments(Buffer.from(text)).toString('utf8'));

it.each([
  ['{"a": 1, /* b */ "c": [1, 2,], // d\n}', { a: 1, c: [1, 2] }],
  ['{"a": "// no comment", "b": "/* nor this */",}', { a: '// no comment', b: '/* nor this */' }],
  ['{"a": "\\"// no", }', { a: '"// no' }],
  ['[1, /* x */ ]', [1]],
  ['{"a": ",}", }', { a: ',}' }],
])('reads %s', (text, value) => expect(read(text)).toEqual(value));

it.each(['[1,,]', '[,]x', '{"a" 1}', '"', '/* no end', '', '// x'])('leaves %j as wrong as it is', (text) => {
  expect(() => read(text)).toThrow();
});

it('changes nothing of any JSON', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(withoutComments(Buffer.from(text)).toString('utf8')).toBe(text);
    }),
  );
});
