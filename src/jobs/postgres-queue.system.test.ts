import { fork } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { hasPostgres, testDatabase } from '../../test/support/postgres.ts';
import { describeQueue, type TestKinds, testPolicies } from './conformance.ts';
import { PostgresQueue } from './postgres-queue.ts';

const open: PostgresQueue<TestKinds>[] = [];

async function queueOf(url: string, maximumQueued?: number): Promise<PostgresQueue<TestKinds>> {
  const options = { url, pollSeconds: 0.5, ...(maximumQueued !== undefined && { maximumQueued }) };
  const queue = await PostgresQueue.open<TestKinds>(testPolicies, options);
  open.push(queue);
  return queue;
}

describe.skipIf(!hasPostgres)('with a server', () => {
  afterAll(async () => {
    await Promise.all(open.map((queue) => queue.stop(0)));
  });

  describeQueue('jobs in PostgreSQL', async () => queueOf(await testDatabase()), { patience: 20_000 });

  it('are not more than the queue takes', async () => {
    const queue = await queueOf(await testDatabase(), 2);
    await queue.put('quick', 'a', { n: 1 });
    await queue.put('quick', 'b', { n: 1 });
    await expect(queue.put('quick', 'c', { n: 1 })).rejects.toThrow('2 jobs are waiting already');
  });

  it('are shared by processes: a key that one has put, another does not put again', async () => {
    const url = await testDatabase();
    const [one, other] = [await queueOf(url), await queueOf(url)];
    expect(await one.put('quick', 'k', { n: 1 })).toBeDefined();
    expect(await other.put('quick', 'k', { n: 2 })).toBeUndefined();
    const seen: number[] = [];
    await other.work('quick', async (job) => void seen.push(job.data.n));
    await expect.poll(() => seen).toEqual([1]);
  });

  it('are found again after their process was killed', async () => {
    const url = await testDatabase();
    const queue = await queueOf(url);
    await queue.put('quick', 'k', { n: 5 });
    const child = fork(new URL('./fixtures/holds-a-job.ts', import.meta.url), [url]);
    const [told] = (await once(child, 'message')) as [unknown];
    expect(told).toBe('holding');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await queue.outstanding('quick', ['k'])).toEqual(new Set(['k']));
    const attempts: number[] = [];
    await queue.work('quick', async (job) => void attempts.push(job.attempt));
    await expect.poll(() => attempts, { timeout: 45_000, interval: 200 }).toEqual([2]);
  });

  it('go on after all connections were cut', async () => {
    const url = await testDatabase();
    const queue = await queueOf(url);
    const seen: number[] = [];
    await queue.work('quick', async (job) => void seen.push(job.data.n));
    await queue.put('quick', 'a', { n: 1 });
    await expect.poll(() => seen).toEqual([1]);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await client.end();
    await expect.poll(async () => queue.put('quick', 'b', { n: 2 }).then(Boolean, () => false)).toBe(true);
    await expect.poll(() => seen).toEqual([1, 2]);
  });
});
