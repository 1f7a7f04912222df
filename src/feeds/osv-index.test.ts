import { describe, expect, it } from 'vitest';
import { changedSince, newestOf, readOsvIndex, sortableMoment, watermarkAt } from './osv-index.ts';

const rows = readOsvIndex(
  Buffer.from(
    '2024-03-03T00:00:00.5Z,C-1\n2024-03-02T00:00:00Z,B-2\n2024-03-02T00:00:00Z,B-1\n2024-03-01T00:00:00Z,A-1\n',
  ),
);

describe('sortableMoment', () => {
  it.each([
    ['2024-08-15T00:05:00Z', '2024-08-15T00:05:00.000000000Z'],
    ['2024-08-15T00:05:00.1234567891Z', '2024-08-15T00:05:00.123456789Z'],
    ['2024-08-15T02:05:00.5+02:00', '2024-08-15T00:05:00.500000000Z'],
    ['2024-08-15', undefined],
    ['2024-99-15T00:05:00Z', undefined],
    [7, undefined],
  ])('%j is %j', (text, expected) => {
    expect(sortableMoment(text)).toBe(expected);
  });
});

describe('readOsvIndex', () => {
  it('reads ids with and without their ecosystem and leaves everything else out', () => {
    const text =
      'modified,id\n2024-01-01T00:00:00Z,PyPI/A-1\r\n2024-01-01T00:00:00Z,B-1\nnonsense\n\n2024-01-01T00:00:00Z,\n';

    expect(readOsvIndex(Buffer.from(text)).map((row) => row.id)).toEqual(['A-1', 'B-1']);
  });
});

describe('changedSince', () => {
  it.each([
    ['nothing changed', rows, 'C', []],
    ['later records', rows, 'B', ['C-1']],
    ['later records, whatever their order', [...rows].reverse(), 'A', ['B-1', 'B-2', 'C-1']],
  ])('tells %s', (_, list, from, expected) => {
    const modified = { A: rows[3], B: rows[1], C: rows[0] }[from]!.modified;

    expect(changedSince(list, watermarkAt(rows, modified)).sort()).toEqual(expected);
  });

  it('notices a record that got the time of the mark afterwards', () => {
    const mark = watermarkAt(rows, rows[1]!.modified);
    const later = [...rows, { id: 'B-3', modified: rows[1]!.modified }];

    expect(changedSince(later, mark).sort()).toEqual(['B-1', 'B-2', 'B-3', 'C-1']);
  });
});

describe('newestOf', () => {
  it('does not believe in the future', () => {
    const now = Date.parse('2024-03-02T12:00:00Z');
    const future = [{ id: 'X-1', modified: '3000-01-01T00:00:00.000000000Z' }, ...rows];

    expect(newestOf(future, now)).toBe('2024-03-03T00:00:00.500000000Z');
    expect(newestOf([], now)).toBeUndefined();
  });
});
