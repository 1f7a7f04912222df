import { describe, expect, it } from 'vitest';
import { silent } from '../log.ts';
import type { ScanStep } from '../store/image-shelf.ts';
import { StepKeeper } from './step-keeper.ts';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('steps of scans', () => {
  it('are written at most so often, the last of them always', async () => {
    const written: string[] = [];
    const images = { progress: async (image: string, { step }: ScanStep) => void written.push(`${image} ${step}`) };
    const keeper = new StepKeeper({ images, log: silent, every: 40 });
    for (let n = 0; n < 100; n++) keeper.tell('a', { step: `${n}` });
    keeper.tell('b', { step: 'one' });
    await expect.poll(() => written).toEqual(['a 0', 'b one', 'a 99']);
    keeper.tell('a', { step: 'again' });
    await expect.poll(() => written.at(-1)).toBe('a again');
    keeper.stop();
  });

  it('matter no more once the image is done', async () => {
    const written: string[] = [];
    const images = { progress: async (_: string, { step }: ScanStep) => void written.push(step) };
    const keeper = new StepKeeper({ images, log: silent, every: 20 });
    keeper.tell('a', { step: 'first' });
    keeper.tell('a', { step: 'last' });
    keeper.end('a');
    await pause(60);
    expect(written).toEqual(['first']);
  });

  it('stand in the way of nothing when they cannot be kept', async () => {
    let tries = 0;
    const images = {
      progress: () => {
        tries++;
        return Promise.reject(new Error('the database is away'));
      },
    };
    const keeper = new StepKeeper({ images, log: silent, every: 10 });
    keeper.tell('a', { step: 'first' });
    keeper.tell('a', { step: 'second' });
    await pause(50);
    expect(tries).toBe(2);
    keeper.stop();
  });
});
