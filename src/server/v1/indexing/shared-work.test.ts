import { describe, expect, it } from 'vitest';
import { SharedWork } from './shared-work.ts';

const never = new AbortController().signal;

/** Work that ends when it is told to. */
class Job {
  begun = 0;
  signal: AbortSignal = never;
  readonly ends: PromiseWithResolvers<void>[] = [];

  readonly run = (signal: AbortSignal): Promise<void> => {
    this.begun++;
    this.signal = signal;
    const end = Promise.withResolvers<void>();
    this.ends.push(end);
    signal.addEventListener('abort', () => end.reject(signal.reason as Error));
    return end.promise;
  };
}

describe('work that several ask for', () => {
  it('is done once for the same order', async () => {
    const work = new SharedWork();
    const job = new Job();
    const both = [work.run('layer', 'a', never, job.run), work.run('layer', 'a', never, job.run)];
    job.ends[0]!.resolve();
    await Promise.all(both);
    expect(job.begun).toBe(1);
    const again = work.run('layer', 'a', never, job.run);
    job.ends[1]!.resolve();
    await again;
    expect(job.begun).toBe(2);
  });

  it('fails for all who asked by the same order, and for no other', async () => {
    const work = new SharedWork();
    const job = new Job();
    const other = new Job();
    const first = work.run('layer', 'a', never, job.run);
    const second = work.run('layer', 'a', never, job.run);
    const third = work.run('layer', 'b', never, other.run);
    expect(other.begun).toBe(0);
    job.ends[0]!.reject(new Error('failed'));
    await expect(first).rejects.toThrow('failed');
    await expect(second).rejects.toThrow('failed');
    await expect.poll(() => other.begun).toBe(1);
    other.ends[0]!.resolve();
    await third;
  });

  it('is done side by side for different names', async () => {
    const work = new SharedWork();
    const job = new Job();
    const both = [work.run('a', '', never, job.run), work.run('b', '', never, job.run)];
    expect(job.begun).toBe(2);
    for (const end of job.ends) end.resolve();
    await Promise.all(both);
  });

  it('goes on while somebody waits, and ends when nobody does', async () => {
    const work = new SharedWork();
    const job = new Job();
    const stops = [new AbortController(), new AbortController()];
    const both = stops.map(({ signal }) => work.run('layer', 'a', signal, job.run));
    stops[0]!.abort(new Error('first left'));
    await expect(both[0]).rejects.toThrow('first left');
    expect(job.signal.aborted).toBe(false);
    stops[1]!.abort(new Error('second left'));
    await expect(both[1]).rejects.toThrow('second left');
    expect(job.signal.aborted).toBe(true);
    const later = work.run('layer', 'a', never, job.run);
    expect(job.begun).toBe(2);
    job.ends[1]!.resolve();
    await later;
  });

  it('is not begun for whoever is gone', async () => {
    const job = new Job();
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(new SharedWork().run('layer', 'a', gone, job.run)).rejects.toThrow('gone');
    expect(job.begun).toBe(0);
  });
});
