import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { limitTime } from './time-limit.ts';

describe('limitTime', () => {
  it('fires when the time is over', async () => {
    const limited = limitTime(new AbortController().signal, 5);
    expect(limited.aborted).toBe(false);
    await sleep(30);
    expect(limited.aborted).toBe(true);
    expect(limited.reason).toMatchObject({ name: 'TimeoutError' });
  });

  it('fires with the signal before that, and keeps its reason', () => {
    const controller = new AbortController();
    const limited = limitTime(controller.signal, 10_000);
    controller.abort('stop');
    expect([limited.aborted, limited.reason]).toEqual([true, 'stop']);
  });

  it('has fired where the signal has', () => {
    expect(limitTime(AbortSignal.abort('stop'), 10_000).reason).toBe('stop');
  });

  it('is the signal itself without a limit', () => {
    const { signal } = new AbortController();
    expect(limitTime(signal, undefined)).toBe(signal);
  });
});
