import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Steps } from '../formats/compression/wait.ts';
import { Breath } from './breath.ts';

function* busy(milliseconds: number, done: string[], name = ''): Steps {
  try {
    const end = performance.now() + milliseconds;
    while (performance.now() < end) yield 'pause';
    done.push(name);
  } finally {
    done.push(`${name} over`);
  }
}

describe('Breath', () => {
  it('does at once what takes a moment', () => {
    const done: string[] = [];
    expect(new Breath().run(busy(0, done, 'a'))).toBeUndefined();
    expect(done).toEqual(['a', 'a over']);
  });

  it('lets other things happen during what takes longer, also where that is many moments', async () => {
    const breath = new Breath();
    const done: string[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await breath.run(busy(100, done));
    expect(turns).toBeGreaterThan(1);
    turns = 0;
    for (let i = 0; i < 100; i++) await breath.run(busy(2, done));
    expect(turns).toBeGreaterThan(1);
    clearInterval(timer);
  });

  it('waits for what runs in the background', async () => {
    const done: string[] = [];
    const steps = function* (): Steps {
      yield wait(5).then(() => void done.push('waited'));
      done.push('end');
    };
    await new Breath().run(steps());
    expect(done).toEqual(['waited', 'end']);
  });

  it('ends the work with the reason of the signal', async () => {
    const control = new AbortController();
    const done: string[] = [];
    const run = new Breath(control.signal).run(busy(10_000, done, 'a'));
    control.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
    expect(done).toEqual(['a over']);
  });
});
