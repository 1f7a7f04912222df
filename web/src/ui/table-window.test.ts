import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowAfterKey, scrollToRow, tableWindow } from './table-window.ts';

describe('tableWindow', () => {
  const where = fc.record({
    count: fc.integer({ min: 0, max: 200_000 }),
    rowHeight: fc.constantFrom(32, 56),
    scrolled: fc.integer({ min: -100, max: 8_000_000 }),
    height: fc.integer({ min: 0, max: 3000 }),
  });

  it('draws every row that is seen, and not many more', () => {
    fc.assert(
      fc.property(where, ({ count, rowHeight, scrolled, height }) => {
        const { start, end } = tableWindow(count, rowHeight, scrolled, height);

        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(count);
        expect(start).toBeLessThanOrEqual(end);
        expect(end - start).toBeLessThanOrEqual(Math.ceil(height / rowHeight) + 20);
        const most = Math.max(0, count * rowHeight - height);
        const top = Math.max(0, Math.min(scrolled, most));
        const first = Math.floor(top / rowHeight);
        const last = Math.min(count, Math.ceil((top + height) / rowHeight));
        if (scrolled <= most && first < count) {
          expect(start).toBeLessThanOrEqual(first);
          expect(end).toBeGreaterThanOrEqual(last);
        }
      }),
    );
  });

  it('shows the end of a list that became shorter than it is scrolled', () => {
    expect(tableWindow(3, 32, 60_000, 640)).toEqual({ start: 0, end: 3 });
  });
});

describe('scrollToRow', () => {
  it.each([
    ['is seen whole', 5, 0, undefined],
    ['is above', 5, 320, 160],
    ['is cut at the bottom', 10, 0, 32],
    ['is far below', 100, 0, 100 * 32 + 32 - 320],
  ])('a row that %s', (_, row, scrolled, expected) => {
    expect(scrollToRow(row, 32, scrolled, 320)).toBe(expected);
  });
});

describe('rowAfterKey', () => {
  it.each([
    ['ArrowDown', 3, 4],
    ['ArrowDown', 9, 9],
    ['ArrowUp', 0, 0],
    ['PageDown', 2, 7],
    ['PageUp', 2, 0],
    ['Home', 7, 0],
    ['End', 2, 9],
    ['x', 2, undefined],
  ])('%s from row %i leads to %s', (key, row, expected) => {
    expect(rowAfterKey(key, row, 10, 5)).toBe(expected);
  });

  it('leads nowhere in an empty table', () => {
    expect(rowAfterKey('End', 0, 0, 5)).toBeUndefined();
  });
});
