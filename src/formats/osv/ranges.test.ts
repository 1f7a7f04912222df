import { describe, expect, it } from 'vitest';
import { readRange } from './ranges.ts';

type Events = Record<string, string>[];

/** Whole numbers, and nothing else. */
function compare(a: string, b: string): number {
  if (!/^\d+$/.test(a) || !/^\d+$/.test(b)) throw new Error('no number');
  return Number(a) - Number(b);
}

const read = (events: Events, type: string | undefined = 'ECOSYSTEM') => readRange({ type, events }, compare);

describe('readRange', () => {
  it.each([
    ['from the beginning', [{ introduced: '0' }, { fixed: '2' }], [{ fixed: '2' }]],
    ['never fixed', [{ introduced: '0' }], [{}]],
    ['never fixed from a version on', [{ introduced: '3' }], [{ introduced: '3' }]],
    [
      'several pairs',
      [{ introduced: '0' }, { fixed: '2' }, { introduced: '3' }, { fixed: '4' }, { introduced: '5' }],
      [{ fixed: '2' }, { introduced: '3', fixed: '4' }, { introduced: '5' }],
    ],
    ['up to and with', [{ introduced: '1' }, { last_affected: '2' }], [{ introduced: '1', lastAffected: '2' }]],
    ['one version', [{ introduced: '5' }, { last_affected: '5' }], [{ introduced: '5', lastAffected: '5' }]],
    [
      'in any order',
      [{ fixed: '10' }, { introduced: '9' }, { fixed: '2' }, { introduced: '0' }],
      [{ fixed: '2' }, { introduced: '9', fixed: '10' }],
    ],
    [
      'a fix where the next range begins',
      [{ introduced: '0' }, { fixed: '2' }, { introduced: '2' }, { fixed: '3' }],
      [{ fixed: '2' }, { introduced: '2', fixed: '3' }],
    ],
    ['a fix without a beginning', [{ fixed: '2' }], []],
    ['fixed twice', [{ introduced: '0' }, { fixed: '2' }, { fixed: '3' }], [{ fixed: '2' }]],
    ['introduced twice', [{ introduced: '1' }, { introduced: '2' }, { fixed: '3' }], [{ introduced: '1', fixed: '3' }]],
    ['a range that is empty', [{ introduced: '2' }, { fixed: '2' }], []],
    ['a limit', [{ introduced: '0' }, { limit: '7' }, { fixed: '2' }], [{ fixed: '2' }]],
    ['two events in one', [{ introduced: '0', fixed: '2' }], [{ fixed: '2' }]],
    ['events that are none', [{}, { introduced: '0' }, { other: '1' }], [{}]],
  ] as [string, Events, object[]][])('%s', (_, events, expected) => {
    expect(read(events)).toEqual(expected);
  });

  it('keeps the order of events that cannot be compared, but for the beginning', () => {
    const events = [{ fixed: '1.x' }, { introduced: '2.x' }, { fixed: '3.x' }, { introduced: '0' }];

    expect(read(events)).toEqual([{ fixed: '1.x' }, { introduced: '2.x', fixed: '3.x' }]);
    expect(readRange({ type: 'SEMVER', events })).toEqual([{ fixed: '1.x' }, { introduced: '2.x', fixed: '3.x' }]);
  });

  it.each([
    [
      'two beginnings, then two ends',
      [{ introduced: '0' }, { introduced: '1.10.0' }, { fixed: '1.9.7' }, { fixed: '1.10.2' }],
      [{ fixed: '1.9.7' }, { introduced: '1.10.0', fixed: '1.10.2' }],
    ],
    [
      'ends, then beginnings',
      [{ fixed: '2.0.0' }, { last_affected: '1.0.3' }, { introduced: '2.0.0-rc1' }, { introduced: '1.0.0' }],
      [
        { introduced: '1.0.0', lastAffected: '1.0.3' },
        { introduced: '2.0.0-rc1', fixed: '2.0.0' },
      ],
    ],
  ] as [string, Events, object[]][])(
    'pitfall 10: without an order, events are sorted by numbers: %s',
    (_, events, expected) => {
      expect(readRange({ type: 'SEMVER', events })).toEqual(expected);
    },
  );

  it.each([
    ['commits', { type: 'GIT', events: [{ introduced: '0' }] }],
    ['commits without a type', { events: [{ introduced: '0' }, { fixed: 'a'.repeat(40) }] }],
    ['no events', { type: 'SEMVER', events: [] }],
    ['events that are no list', { type: 'SEMVER', events: 'x' }],
    ['no range', 'x'],
  ])('is undefined for %s', (_, range) => {
    expect(readRange(range)).toBeUndefined();
  });

  it('reads a range without a type as one of versions', () => {
    expect(readRange({ events: [{ introduced: '1.24.0' }, { fixed: '1.24.14' }] })).toEqual([
      { introduced: '1.24.0', fixed: '1.24.14' },
    ]);
  });
});
