import { describe, expect, it } from 'vitest';
import { free, spareMemory } from './spare-memory.ts';

describe('memory of decoders', () => {
  it('is used again once it was given back, and not before', () => {
    const spare = spareMemory(1000);
    const first = spare.take(100);
    const second = spare.take(100);
    expect(second.buffer).not.toBe(first.buffer);

    spare.give(first);

    expect(spare.take(90).buffer).toBe(first.buffer);
    expect(spare.take(90).buffer).not.toBe(first.buffer);
  });

  it('is as large as asked for, and not much larger', () => {
    const spare = spareMemory(1000);
    spare.give(spare.take(400));

    expect(spare.take(401).length).toBe(401);
    expect(spare.take(199).length).toBe(199);
    expect(spare.take(200).length).toBe(400);
  });

  it('is freed at once where enough is held', () => {
    const spare = spareMemory(1000);
    const buffers = [spare.take(600), spare.take(600)] as const;
    for (const buffer of buffers) spare.give(buffer);

    expect(buffers.map(({ length }) => length)).toEqual([600, 0]);
  });

  it('stays where somebody else has a part of it', () => {
    const whole = Buffer.allocUnsafeSlow(10);

    free(whole.subarray(0, 5));

    expect(whole.length).toBe(10);
  });
});
