import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NameList } from './name-list.ts';

it('a name list gives back every name by its number', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 200 }), (names) => {
      const list = new NameList();
      const numbers = names.map((name) => list.add(Buffer.from(name)));

      expect(numbers.map((number) => list.nameOf(number))).toEqual(names);
      for (const [i, name] of names.entries()) {
        const other = Buffer.from(`<${name}>`);
        expect(list.hasName(i, other, 1, other.length - 1)).toBe(true);
        expect(list.hasName(i, other, 0, other.length - 1)).toBe(false);
        expect(list.hasText(i, 'plain', 0, 5)).toBe(name === 'plain');
      }
    }),
  );
});
