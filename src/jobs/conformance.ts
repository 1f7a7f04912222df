import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { HopelessJob, type Job, type JobPolicy, type JobQueue } from './queue.ts';

export type TestKinds = { readonly quick: { readonly n: number }; readonly slow: { readonly n: number } };

export const testPolicies: { readonly [K in keyof TestKinds]: JobPolicy } = {
  quick: { attempts: 3, backOff: 20, maximumBackOff: 50, timeout: 30_000, concurrency: 4 },
  slow: { attempts: 2, backOff: 20, maximumBackOff: 50, timeout: 1000, concurrency: 1 },
};

/** What every queue does. `make` gives an empty one; it is stopped by the suite. */
export function describeQueue(
  name: string,
  make: () => Promise<JobQueue<TestKinds>>,
  options: { /** Milliseconds that a queue may take to notice something. */ readonly patience: number },
): void {
  const open: JobQueue<TestKinds>[] = [];
  const queue = async (): Promise<JobQueue<TestKinds>> => {
    const made = await make();
    open.push(made);
    return made;
  };
  afterEach(async () => {
    for (const one of open.splice(0)) await one.stop(0);
  });

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + options.patience;
    while (!(await holds())) {
      if (performance.now() > end) throw new Error('it did not happen in time');
      await sleep(20);
    }
  }

  describe(name, () => {
    it('gives each job to a worker, with its data', async () => {
      const q = await queue();
      const seen: number[] = [];
      for (let n = 0; n < 10; n++) expect(await q.put('quick', `k${n}`, { n })).toEqual(expect.any(String));
      await q.work('quick', async (job) => void seen.push(job.data.n));
      await until(() => seen.length === 10);
      expect(seen.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      await until(async () => (await q.counts('quick')).active === 0);
      expect(await q.counts('quick')).toEqual({ queued: 0, active: 0, dead: 0 });
    });

    it('has one job a key while it is queued or active, and takes it again afterwards', async () => {
      const q = await queue();
      const hold = Promise.withResolvers<void>();
      expect(await q.put('quick', 'same', { n: 1 })).toBeDefined();
      expect(await q.put('quick', 'same', { n: 2 })).toBeUndefined();
      expect(await q.outstanding('quick', ['same', 'other'])).toEqual(new Set(['same']));
      let started = 0;
      await q.work('quick', async () => {
        started++;
        await hold.promise;
      });
      await until(() => started === 1);
      expect(await q.put('quick', 'same', { n: 3 })).toBeUndefined();
      hold.resolve();
      await until(async () => (await q.outstanding('quick', ['same'])).size === 0);
      expect(await q.put('quick', 'same', { n: 4 })).toBeDefined();
    });

    it('has no more jobs active at a time than its policy says', async () => {
      const q = await queue();
      let active = 0;
      let most = 0;
      let done = 0;
      for (let n = 0; n < 12; n++) await q.put('quick', `k${n}`, { n });
      await q.work('quick', async () => {
        most = Math.max(most, ++active);
        await sleep(10);
        active--;
        done++;
      });
      await until(() => done === 12);
      expect(most).toBeGreaterThan(1);
      expect(most).toBeLessThanOrEqual(4);
    });

    it('tries a job that fails again, tells the last attempt, and gives it up with its reason', async () => {
      const q = await queue();
      const attempts: Pick<Job<object>, 'attempt' | 'isLast'>[] = [];
      const id = await q.put('quick', 'k', { n: 7 });
      await q.work('quick', async ({ attempt, isLast }) => {
        attempts.push({ attempt, isLast });
        throw new Error(`attempt ${attempt} failed`);
      });
      await until(async () => (await q.counts('quick')).dead === 1);
      expect(attempts).toEqual([
        { attempt: 1, isLast: false },
        { attempt: 2, isLast: false },
        { attempt: 3, isLast: true },
      ]);
      expect(await q.dead('quick', 10)).toEqual([
        {
          id,
          kind: 'quick',
          key: 'k',
          data: { n: 7 },
          failure: 'attempt 3 failed',
          attempts: 3,
          died: expect.any(Date),
        },
      ]);
    });

    it('gives up at once what is hopeless, and revives it on request', async () => {
      const q = await queue();
      let runs = 0;
      await q.put('quick', 'k', { n: 1 });
      await q.work('quick', async () => {
        runs++;
        if (runs === 1) throw new HopelessJob('there is no such image');
      });
      await until(async () => (await q.counts('quick')).dead === 1);
      expect(runs).toBe(1);
      const [dead] = await q.dead('quick', 1);
      expect(await q.dead('quick', 9, ['other', 'k'])).toEqual([dead]);
      expect(await q.dead('quick', 9, ['other'])).toEqual([]);
      expect(dead?.failure).toBe('there is no such image');
      expect(await q.revive('quick', dead!.id)).toBe(true);
      await until(() => runs === 2);
      await until(async () => (await q.counts('quick')).dead === 0);
      expect(await q.revive('quick', dead!.id)).toBe(false);
    });

    it('aborts an attempt that takes too long, and tries again', async () => {
      const q = await queue();
      const reasons: unknown[] = [];
      await q.put('slow', 'k', { n: 1 });
      await q.work('slow', async ({ signal }) => {
        if (reasons.length > 0) return;
        await new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            reject(signal.reason as Error);
          });
        });
      });
      await until(async () => reasons.length === 1 && (await q.outstanding('slow', ['k'])).size === 0);
      expect(await q.counts('slow')).toEqual({ queued: 0, active: 0, dead: 0 });
    });

    it('finishes what is active before it stops, and starts nothing any more', async () => {
      const q = await queue();
      let finished = 0;
      let started = 0;
      for (let n = 0; n < 6; n++) await q.put('quick', `k${n}`, { n });
      await q.work('quick', async () => {
        started++;
        await sleep(100);
        finished++;
      });
      await until(() => started > 0);
      await q.stop(10_000);
      const [startedThen, finishedThen] = [started, finished];
      expect(finishedThen).toBe(startedThen);
      await sleep(150);
      expect(started).toBe(startedThen);
    });

    it('aborts what does not finish within the grace', async () => {
      const q = await queue();
      let aborted = false;
      let started = false;
      await q.put('quick', 'k', { n: 1 });
      await q.work('quick', async ({ signal }) => {
        started = true;
        await new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(new Error('aborted'));
          });
        });
      });
      await until(() => started);
      await q.stop(50);
      expect(aborted).toBe(true);
    });
  });
}
