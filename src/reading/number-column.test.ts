import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberColumn, release } from './number-column.ts';

const number = fc.oneof(
  fc.nat(255),
  fc.nat(2 ** 16),
  fc.nat(2 ** 31 - 1),
  fc.maxSafeNat(),
  fc.constantFrom(0xff, 0x100, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000, -1, 0.5, Number.NaN, 2 ** 64),
);

describe('NumberColumn', () => {
  it('gives back each number, and from its bytes as well', () => {
    fc.assert(
      fc.property(fc.array(number, { maxLength: 600 }), (numbers) => {
        const column = new NumberColumn();
        numbers.forEach((value, place) => {
          if (place === column.length) column.grow(place * 2);
          column.set(place, value);
        });

        const copy = NumberColumn.of(Uint8Array.from(column.bytes(numbers.length)), column.width);

        expect(numbers.map((_, place) => column.at(place))).toEqual(numbers);
        expect(numbers.map((_, place) => copy?.at(place))).toEqual(numbers);
      }),
    );
  });

  it.each([
    [[0, 255], 1],
    [[0, 256, 1], 2],
    [[65_536, 1], 4],
    [[256, 65_536], 4],
    [[2 ** 32], 8],
    [[-1], 8],
  ])('is for %j as wide as %d bytes', (numbers, width) => {
    const column = new NumberColumn();

    for (const [place, value] of numbers.entries()) column.set(place, value);

    expect(column.width).toBe(width);
  });

  it('is none of a width that no numbers have', () => {
    expect(NumberColumn.of(new Uint8Array(12), 3)).toBeUndefined();
  });
});

describe('release', () => {
  it('gives back the memory of what stands alone, and leaves what shares its own', () => {
    const alone = new Uint32Array(4);
    const shared = new Uint8Array(new ArrayBuffer(8), 2, 4);

    release(alone);
    release(shared);

    expect([alone.length, shared.length]).toEqual([0, 4]);
  });
});
