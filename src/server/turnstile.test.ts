import { describe, expect, it } from 'vitest';
import { Turnstile } from './turnstile.ts';

const never = new AbortController().signal;

describe('Turnstile', () => {
  it('lets so many in at a time, and the next ones in their order', async () => {
    const turnstile = new Turnstile({ requests: 2, queue: 5 });
    const leave = [await turnstile.enter('a', never), await turnstile.enter('a', never)];
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (n) => {
      const own = await turnstile.enter('a', never);
      order.push(n);
      return own;
    });
    await Promise.resolve();
    expect([order, turnstile.active]).toEqual([[], 2]);
    leave[0]?.();
    leave[0]?.();
    await waiting[0];
    expect([order, turnstile.active]).toEqual([[1], 2]);
    leave[1]?.();
    (await waiting[0])?.();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
    for (const own of waiting) (await own)?.();
    expect(turnstile.active).toBe(0);
  });

  it('turns away whom there is no room for', async () => {
    const turnstile = new Turnstile({ requests: 1, queue: 1 });
    const leave = await turnstile.enter('a', never);
    const second = turnstile.enter('a', never);
    expect(await turnstile.enter('a', never)).toBeUndefined();
    expect(await turnstile.enter('b', never)).toBeDefined();
    leave?.();
    expect(await second).toBeDefined();
  });

  it('forgets who gave up waiting', async () => {
    const turnstile = new Turnstile({ requests: 1, queue: 1 });
    const leave = await turnstile.enter('a', never);
    const gone = new AbortController();
    const second = turnstile.enter('a', gone.signal);
    gone.abort();
    expect(await second).toBeUndefined();
    leave?.();
    expect(turnstile.active).toBe(0);
    expect(await turnstile.enter('a', never)).toBeDefined();
  });
});
