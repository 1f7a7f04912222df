import { describe, expect, it } from 'vitest';
import { KnownRows, textBytes } from './known-rows.ts';

interface Row {
  readonly text: string;
}

/** Finds rows, and tells which of them were read. */
function asking(known: KnownRows<Row>, text = 'x'.repeat(10)) {
  return async (ids: readonly number[], table = 'first') => {
    const read: number[] = [];
    const rows = await known.find(table, ids, (missing) => {
      read.push(...missing);
      return Promise.resolve(missing.map((id) => [id, { text: `${id} ${text}` }] as const));
    });
    return { read, texts: [...rows].map(([id, row]) => `${id}=${row.text.split(' ')[0]}`).sort() };
  };
}

const tens = (): number => 10;

describe('rows that are known', () => {
  it('are read once, each', async () => {
    const find = asking(new KnownRows<Row>(1000, tens));

    expect(await find([1, 2])).toEqual({ read: [1, 2], texts: ['1=1', '2=2'] });
    expect(await find([2, 3, 3])).toEqual({ read: [3], texts: ['2=2', '3=3'] });
  });

  it('that are not there are asked for again', async () => {
    const known = new KnownRows<Row>(1000, tens);
    const nothing = async () => await Promise.resolve([]);

    expect((await known.find('first', [1], nothing)).size).toBe(0);
    expect(await asking(known)([1])).toEqual({ read: [1], texts: ['1=1'] });
  });

  it('never take more than they may, and those that are asked for stay', async () => {
    const known = new KnownRows<Row>(1000, tens);
    const find = asking(known);
    for (let id = 0; id < 10_000; id++) {
      await find([id, -1]);
      expect(known.size).toBeLessThanOrEqual(100);
    }

    expect((await find([-1])).read).toEqual([]);
    expect((await find([9_999, 0])).read).toEqual([0]);
  });

  it('are answered also where they do not fit', async () => {
    const known = new KnownRows<Row>(1000, () => 501);

    expect(await asking(known)([1, 2])).toEqual({ read: [1, 2], texts: ['1=1', '2=2'] });
    expect(known.size).toBe(0);
  });

  it('are forgotten when the table is another one, which also holds for what is being read', async () => {
    const known = new KnownRows<Row>(1000, tens);
    const find = asking(known);
    await find([1]);
    expect((await find([1], 'second')).read).toEqual([1]);
    expect((await find([1], 'second')).read).toEqual([]);

    const { promise, resolve } = Promise.withResolvers<void>();
    const slow = known.find('second', [2], async () => {
      await promise;
      return [[2, { text: 'of the second' }]];
    });
    await find([2], 'third');
    resolve();
    expect((await slow).get(2)).toEqual({ text: 'of the second' });
    expect((await known.find('third', [2], () => Promise.resolve([[2, { text: 'read' }]]))).get(2)?.text).not.toBe(
      'of the second',
    );
  });

  it('count texts as the engine keeps them', () => {
    expect([textBytes('abc', 'ü'), textBytes('ab\u0100')]).toEqual([4, 6]);
  });
});
