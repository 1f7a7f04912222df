import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../errors.ts';
import { TextColumn } from './text-column.ts';

const few = fc.uniqueArray(fc.nat(2 ** 31), { maxLength: 60 }).map((entries) => entries.sort((a, b) => a - b));
const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { minLength: 60, maxLength: 60 });

/** Gives the next bytes of a column, as whoever unpacks does. */
function taker(column: TextColumn): (length: number) => Uint8Array<ArrayBuffer> {
  const bytes = Buffer.concat(column.columns());
  let at = 0;
  return (length) => {
    at += length;
    return Uint8Array.from(bytes.subarray(at - length, at));
  };
}

describe('TextColumn', () => {
  it('gives back each text, and from its bytes as well; other entries have none', () => {
    fc.assert(
      fc.property(few, texts, fc.nat(2 ** 31), (entries, all, other) => {
        const column = new TextColumn();
        entries.forEach((entry, place) => {
          column.add(entry, all[place] as string);
        });

        const copy = TextColumn.of(column.count, taker(column));

        expect(entries.map((entry) => column.get(entry))).toEqual(all.slice(0, entries.length));
        expect(entries.map((entry) => copy.get(entry))).toEqual(all.slice(0, entries.length));
        expect([...copy.entries()]).toEqual(entries);
        if (!entries.includes(other)) expect(column.get(other)).toBeUndefined();
      }),
    );
  });

  it('takes more after it was read from its bytes', () => {
    const column = new TextColumn();
    column.add(1, 'a');
    const copy = TextColumn.of(1, taker(column));

    for (let entry = 2; entry < 20; entry++) copy.add(entry, `${entry}`);

    expect([copy.get(1), copy.get(19)]).toEqual(['a', '19']);
  });

  it.each([
    ['entries', [2, 1], [1, 2]],
    ['ends', [1, 2], [2, 1]],
  ])('is none where %s go back', (_, entries, ends) => {
    const bytes = [Uint32Array.from(entries), Uint32Array.from(ends)];

    expect(() => TextColumn.of(2, () => new Uint8Array((bytes.shift() as Uint32Array<ArrayBuffer>).buffer))).toThrow(
      FormatError,
    );
  });
});
