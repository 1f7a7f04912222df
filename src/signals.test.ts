import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { eitherSignal, limitTime, timeLimit } from './signals.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function collectFor(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await sleep(10);
    collectGarbage();
  }
}

describe('eitherSignal', () => {
  it('fires with the first, and keeps its reason', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const either = eitherSignal([one.signal, other.signal]);
    expect(either.aborted).toBe(false);
    other.abort('stop');
    one.abort('late');
    expect([either.aborted, either.reason]).toEqual([true, 'stop']);
  });

  it('has fired where one has', () => {
    expect(eitherSignal([new AbortController().signal, AbortSignal.abort('stop')]).reason).toBe('stop');
  });

  it('tells who listens, once', () => {
    const controller = new AbortController();
    const either = eitherSignal([eitherSignal([controller.signal]), new AbortController().signal]);
    let told = 0;
    either.addEventListener('abort', () => told++);
    controller.abort();
    expect(told).toBe(1);
  });

  // Each is asked only long after its source is gone.
  it.each<[string, () => AbortSignal]>([
    ['that a timer ends', () => ended(10)],
    ['that is made of others', () => eitherSignal([new AbortController().signal, ended(10)])],
    ['that is a time limit', () => timeLimit(10)],
    ['that is limited in time', () => limitTime(new AbortController().signal, 10)],
  ])('fires though a source %s was collected after it had fired', async (_, source) => {
    const either = eitherSignal([new AbortController().signal, source()]);
    await collectFor(8);
    expect(either.aborted).toBe(true);
  });
});

function ended(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}

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
