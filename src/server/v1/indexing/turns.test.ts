import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

const never = new AbortController().signal;

describe('turns', () => {
  it('are for so many at a time, in the order of asking', async () => {
    const turns = new Turns(2);
    const order: number[] = [];
    const leaves: (() => void)[] = [];
    const all = [0, 1, 2, 3].map(async (number) => {
      leaves[number] = await turns.take(never);
      order.push(number);
    });
    await Promise.all(all.slice(0, 2));
    expect({ order, waiting: turns.waiting }).toEqual({ order: [0, 1], waiting: 2 });
    leaves[1]!();
    await all[2];
    leaves[0]!();
    await all[3];
    expect(order).toEqual([0, 1, 2, 3]);
    leaves[2]!();
    leaves[3]!();
    await Promise.all([turns.take(never), turns.take(never)]);
    expect(turns.waiting).toBe(0);
  });

  it('are not for whoever gave up', async () => {
    const turns = new Turns(1);
    const leave = await turns.take(never);
    const stop = new AbortController();
    const given = turns.take(stop.signal);
    const next = turns.take(never);
    stop.abort(new Error('stopped'));
    await expect(given).rejects.toThrow('stopped');
    expect(turns.waiting).toBe(1);
    leave();
    (await next)();
    await expect(turns.take(AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
    (await turns.take(never))();
  });
});
