import { describe, expect, it } from 'vitest';
import { backOff } from './back-off.ts';
import { describeQueue, type TestKinds, testPolicies } from './conformance.ts';
import { MemoryQueue } from './memory-queue.ts';
import { QueueFullError } from './queue.ts';

describeQueue('jobs in memory', async () => new MemoryQueue<TestKinds>(testPolicies), { patience: 30_000 });

describe('jobs in memory', () => {
  it('are not more than the queue takes', async () => {
    const queue = new MemoryQueue<TestKinds>(testPolicies, { maximumQueued: 2 });
    await queue.put('quick', 'a', { n: 1 });
    await queue.put('quick', 'b', { n: 1 });
    await expect(queue.put('quick', 'c', { n: 1 })).rejects.toThrow(QueueFullError);
    expect(await queue.put('quick', 'a', { n: 1 })).toBeUndefined();
  });

  it('can be taken back while they wait, and make room', async () => {
    const policies = { ...testPolicies, quick: { ...testPolicies.quick, concurrency: 1 } };
    const queue = new MemoryQueue<TestKinds>(policies, { maximumQueued: 1 });
    const done: string[] = [];
    const held = Promise.withResolvers<void>();
    await queue.work('quick', async ({ key }) => {
      await held.promise;
      done.push(key);
    });
    await queue.put('quick', 'active', { n: 1 });
    await queue.put('quick', 'waits', { n: 1 });
    expect([queue.withdraw('quick', 'waits'), queue.withdraw('quick', 'waits')]).toEqual([true, false]);
    expect(queue.withdraw('quick', 'active')).toBe(false);
    await queue.put('quick', 'other', { n: 1 });
    held.resolve();
    await expect.poll(() => done).toEqual(['active', 'other']);
    await queue.stop(0);
  });

  it('are remembered dead up to a number', async () => {
    const queue = new MemoryQueue<TestKinds>(
      { ...testPolicies, quick: { ...testPolicies.quick, attempts: 1, concurrency: 1 } },
      { maximumDead: 2 },
    );
    for (let n = 0; n < 5; n++) await queue.put('quick', `k${n}`, { n });
    await queue.work('quick', async () => {
      throw new Error('no');
    });
    await expect.poll(async () => (await queue.dead('quick', 9)).map(({ key }) => key)).toEqual(['k4', 'k3']);
    await queue.stop(0);
  });
});

describe('backOff', () => {
  it.each([
    { attempt: 1, chance: 1, wait: 1000 },
    { attempt: 1, chance: 0, wait: 500 },
    { attempt: 3, chance: 1, wait: 4000 },
    { attempt: 50, chance: 1, wait: 60_000 },
  ])('after attempt $attempt with chance $chance: $wait ms', ({ attempt, chance, wait }) => {
    expect(backOff({ backOff: 1000, maximumBackOff: 60_000 }, attempt, chance)).toBe(wait);
  });
});
