import { afterEach, describe, expect, it } from 'vitest';
import { SourceError } from '../errors.ts';
import { silent } from '../log.ts';
import type { AbsentLayer } from '../reading/single-layers.ts';
import { LayerJobs, type LayerJobsOptions } from './layer-jobs.ts';
import { MemoryQueue } from './memory-queue.ts';
import type { ScanJobs } from './scan-jobs.ts';

const policy = { attempts: 2, backOff: 1, maximumBackOff: 1, timeout: 30_000, concurrency: 2 };
const layer = (n: number): AbsentLayer => ({
  reference: 'a@sha256:m',
  digest: `sha256:${n}`,
  size: 1,
  key: `sha256:${n} r`,
});

describe('layers with jobs of their own', () => {
  const queues: MemoryQueue<ScanJobs>[] = [];
  afterEach(async () => {
    for (const queue of queues.splice(0)) await queue.stop(0);
  });

  async function make(
    read: LayerJobsOptions['read'],
    options: { patience?: number; maximumQueued?: number; timeout?: number } = {},
  ) {
    const { patience, timeout = policy.timeout, ...more } = options;
    const queue = new MemoryQueue<ScanJobs>({ 'scan-image': policy, 'read-layer': { ...policy, timeout } }, more);
    queues.push(queue);
    const jobs = new LayerJobs({ queue, read, log: silent, ...(patience !== undefined && { patience }) });
    const steps: string[] = [];
    const have = async (layers: readonly AbsentLayer[], image = 'image', signal = new AbortController().signal) =>
      await jobs.have(layers, image, { signal, onStep: ({ done, total }) => steps.push(`${done}/${total}`) });
    return { queue, jobs, have, steps };
  }

  it('are read once for all images that wait for them', async () => {
    const read: string[] = [];
    const hold = Promise.withResolvers<void>();
    const { jobs, have, steps } = await make(async ({ digest, image }) => {
      read.push(`${digest} ${image}`);
      if (digest === 'sha256:1') await hold.promise;
    });
    await jobs.start();
    let ended = 0;
    const waiting = [have([layer(1), layer(2)], 'one'), have([layer(1)], 'two')].map((one) => one.then(() => ended++));
    await expect.poll(() => steps).toContain('1/2');
    expect(ended).toBe(0);
    hold.resolve();
    await Promise.all(waiting);
    expect(read).toEqual(['sha256:1 one', 'sha256:2 one']);
  });

  it('that nobody reads are not waited for beyond the patience', async () => {
    const { have, queue } = await make(() => Promise.resolve(), { patience: 50 });
    await have([layer(1)]);
    expect(await queue.counts('read-layer')).toMatchObject({ queued: 1 });
  });

  it('that find no room in the queue are not waited for', async () => {
    const { have } = await make(() => Promise.resolve(), { maximumQueued: 1 });
    await have([layer(1), layer(2)]);
  });

  it('are tried again, given up, and then left to the scans until somebody revives them', async () => {
    let attempts = 0;
    const { jobs, have, queue } = await make(() => {
      attempts++;
      return attempts > 2 ? Promise.resolve() : Promise.reject(new SourceError('source.unreachable', 'It is away.'));
    });
    await jobs.start();
    await have([layer(1)]);
    await have([layer(1)]);
    expect(attempts).toBe(2);
    const [dead] = await queue.dead('read-layer', 1);
    expect(dead).toMatchObject({ key: layer(1).key, failure: 'It is away.', attempts: 2 });
    expect(await queue.revive('read-layer', dead!.id)).toBe(true);
    await expect.poll(() => attempts).toBe(3);
  });

  it.each<[string, LayerJobsOptions['read'], number, number?]>([
    ['what no attempt can mend', () => Promise.reject(new SourceError('source.not-found', 'There is none.')), 1],
    [
      'what takes too long, also where it only stops',
      (_, signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
      2,
      200,
    ],
  ])('give up %s', async (_title, read, attempts, timeout) => {
    const { jobs, have, queue } = await make(read, { ...(timeout !== undefined && { timeout }) });
    await jobs.start();
    await have([layer(1)]);
    expect(await queue.dead('read-layer', 9)).toMatchObject([{ attempts }]);
  });

  it('are not waited for once the scan is ended', async () => {
    const { have } = await make(() => Promise.resolve());
    const stop = new AbortController();
    const waiting = have([layer(1)], 'image', stop.signal);
    stop.abort(new Error('the process is stopping'));
    await expect(waiting).rejects.toThrow();
  });
});
