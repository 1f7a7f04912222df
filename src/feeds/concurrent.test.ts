import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mapConcurrently } from './concurrent.ts';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const result: T[] = [];
  for await (const item of items) result.push(item);
  return result;
}

describe('mapConcurrently', () => {
  it('keeps the order and the width', async () => {
    let running = 0;
    let most = 0;
    const work = async (item: number): Promise<number> => {
      most = Math.max(most, ++running);
      await sleep(10 - item);
      running--;
      return item * 2;
    };

    expect(await all(mapConcurrently([1, 2, 3, 4, 5, 6, 7, 8], 3, work))).toEqual([2, 4, 6, 8, 10, 12, 14, 16]);
    expect(most).toBe(3);
  });

  it('ends with the first failure, and no other one is left unhandled', async () => {
    const work = async (item: number): Promise<number> => {
      await sleep(1);
      throw new Error(`failed ${item}`);
    };

    await expect(all(mapConcurrently([1, 2, 3, 4], 3, work))).rejects.toThrow('failed 1');
    await sleep(5);
  });

  it('takes no items', async () => {
    expect(await all(mapConcurrently([], 3, async () => 1))).toEqual([]);
  });
});
