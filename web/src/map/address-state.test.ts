import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MapAddress, readAddress, VIEWS, writeAddress } from './address-state.ts';
import { GROUPINGS } from './grouping.ts';
import { COLUMN_NAMES } from './table-order.ts';

const plain = readAddress('');

describe('the address of the map', () => {
  it('is empty as at first', () => {
    expect(writeAddress(plain)).toBe('');
    expect(plain).toEqual({
      ...{ view: 'containers', layout: 'organic', by: 'host', table: false },
      ...{ expand: [], terms: [], filters: {} },
    });
  });

  it.each([
    ['?view=nothing', {}],
    ['?view=hosts', { view: 'hosts' }],
    ['?at=yesterday', {}],
    ['?at=2026-01-01T00:00:00Z', { at: '2026-01-01T00:00:00Z' }],
    ['?by=moon', {}],
    ['?by=project', { by: 'project' }],
    ['?sort=-cpu', { order: { column: 'cpu', turned: true } }],
    ['?sort=beauty', {}],
    ['?ago=week', { ago: 'week' }],
    ['?ago=century', {}],
    ['?panel=cellar', {}],
    ['?q=a&q=a&q=b', { terms: ['a', 'b'] }],
    [`?node=${'x'.repeat(1001)}`, {}],
    [
      `?expand=${Array.from({ length: 500 }, (_, i) => i).join('&expand=')}`,
      { expand: Array.from({ length: 100 }, (_, i) => String(i)) },
    ],
    ['?%zz=%', {}],
  ])('reads %s', (search, said) => {
    expect(readAddress(search)).toEqual({ ...plain, ...said });
  });

  it('says all that it reads', () => {
    const word = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
    const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    const address = fc
      .record({
        view: fc.constantFrom(...VIEWS),
        layout: fc.constantFrom('organic' as const, 'layered' as const),
        by: fc.constantFrom(...GROUPINGS),
        table: fc.boolean(),
        order: some(fc.record({ column: fc.constantFrom(...COLUMN_NAMES), turned: fc.boolean() })),
        find: some(word),
        ago: some(fc.constantFrom('hour' as const, 'hours6' as const, 'week' as const)),
        expand: fc.uniqueArray(word, { maxLength: 5 }),
        terms: fc.uniqueArray(word, { maxLength: 5 }),
        selected: some(word),
        at: some(
          fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
        ),
        panel: some(fc.constantFrom('changes' as const, 'reporters' as const, 'legend' as const)),
        filters: fc
          .record({ state: some(word), host: some(word), network: some(word), label: some(word) })
          .map(withoutAbsent),
      })
      .map((record) => withoutAbsent(record) as unknown as MapAddress);

    fc.assert(
      fc.property(address, (said) => {
        expect(readAddress(writeAddress(said))).toEqual(said);
      }),
    );
  });
});

function withoutAbsent<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
