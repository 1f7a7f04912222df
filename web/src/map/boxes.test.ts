import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { around, type Box, freeSpot, overlaps, separate, squeeze } from './boxes.ts';

// As large as what a map has, so that a place is found nearby.
const box = fc.record({
  x: fc.integer({ min: -300, max: 300 }),
  y: fc.integer({ min: -300, max: 300 }),
  width: fc.integer({ min: 25, max: 80 }),
  height: fc.integer({ min: 25, max: 80 }),
});

describe('separate', () => {
  it('leaves boxes that do not overlap where they are', () => {
    const boxes = new Map<string, Box>([
      ['a', { x: 0, y: 0, width: 10, height: 10 }],
      ['b', { x: 30, y: 0, width: 10, height: 10 }],
    ]);

    expect(separate(boxes, new Set())).toEqual(boxes);
  });

  it('moves everything but what is held, until nothing overlaps', () => {
    fc.assert(
      fc.property(fc.array(box, { minLength: 1, maxLength: 12 }), (list) => {
        const boxes = new Map(list.map((each, i) => [i, each]));
        const after = separate(boxes, new Set([0]), 4);

        expect(after.get(0)).toEqual(boxes.get(0));
        const all = [...after.values()];
        const over = all.flatMap((a, i) => all.slice(i + 1).filter((b) => overlaps(a, b)));
        expect(over).toEqual([]);
        expect(separate(boxes, new Set([0]), 4)).toEqual(after);
      }),
      { numRuns: 100 },
    );
  });
});

describe('freeSpot', () => {
  it('takes what is wanted where it is free', () => {
    expect(freeSpot({ width: 10, height: 10 }, { x: 3, y: 4 }, [], 2)).toEqual({ x: 3, y: 4 });
  });

  it('never overlaps what is there', () => {
    fc.assert(
      fc.property(fc.array(box, { maxLength: 40 }), box, (taken, wanted) => {
        const spot = freeSpot(wanted, wanted, taken, 4)!;

        expect(taken.filter((each) => overlaps({ ...wanted, ...spot }, each))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('asks what else a place has to be, and says where there is none', () => {
    const size = { width: 10, height: 10 };

    expect(freeSpot(size, { x: 0, y: 0 }, [], 0, ({ x }) => x >= 30)).toEqual({ x: 30, y: 0 });
    expect(freeSpot(size, { x: 0, y: 0 }, [], 0, () => false)).toBeUndefined();
  });
});

describe('squeeze', () => {
  it('takes out empty bands, and nothing else', () => {
    const boxes = new Map([
      ['a', { x: 0, y: 0, width: 10, height: 10 }],
      ['b', { x: 500, y: 0, width: 10, height: 10 }],
      ['c', { x: 505, y: 300, width: 10, height: 10 }],
    ]);

    expect([...squeeze(boxes, 20)].map(([key, { x, y }]) => [key, x, y])).toEqual([
      ['a', 0, 0],
      ['b', 30, 0],
      ['c', 35, 30],
    ]);
  });

  it('never makes boxes overlap that did not', () => {
    fc.assert(
      fc.property(fc.array(box, { maxLength: 20 }), fc.nat(40), (list, gap) => {
        const before = [...separate(new Map(list.map((each, i) => [i, each])), new Set()).entries()];
        const after = squeeze(new Map(before), gap);
        // Boxes that touch may overlap by the last digit of a sum.
        const digit = 1e-9;

        const over = before.flatMap(([i, a]) =>
          before.flatMap(([j, b]) =>
            j > i && !overlaps(a, b) && overlaps(after.get(i)!, after.get(j)!, -digit) ? [[i, j]] : [],
          ),
        );
        expect(over).toEqual([]);
      }),
    );
  });
});

describe('around', () => {
  it('is nothing around nothing', () => expect(around([])).toBeUndefined());

  it('has all boxes in it', () => {
    expect(
      around(
        [
          { x: 0, y: 0, width: 10, height: 10 },
          { x: 100, y: 50, width: 20, height: 10 },
        ],
        5,
      ),
    ).toEqual({ x: 52.5, y: 25, width: 125, height: 70 });
  });
});
