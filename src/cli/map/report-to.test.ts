import { expect, test } from 'vitest';
import { simulatedHost } from '../../../test/support/simulated-host.ts';
import type { HostReport } from '../../model/topology.ts';
import { ToldHost } from '../../runtime/topology/told-host.ts';
import { Reporter, type Sent } from './report-to.ts';

function reporting(answer: (report: HostReport) => Sent): {
  readonly sent: HostReport[];
  readonly said: boolean[];
  look(): Promise<void>;
  pass(milliseconds: number): void;
} {
  const host = simulatedHost({ containers: 4, changing: 0.2 });
  const sent: HostReport[] = [];
  const said: boolean[] = [];
  let now = 0;
  const reporter = new Reporter(
    async (report) => {
      sent.push(report);
      return answer(report);
    },
    { say: (taken) => said.push(taken), now: () => now },
  );
  return {
    sent,
    said,
    look: async () => {
      host.next();
      await reporter.take(host.look(), new AbortController().signal);
    },
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
}

test('a reporter tells everything once, and then what changed', async () => {
  const told = new ToldHost();
  const { sent, said, look } = reporting(
    (report) => ({ taken: told.take(report) === 'taken', gap: true, words: '' }) as Sent,
  );

  for (let count = 0; count < 5; count++) await look();

  expect(sent.map(({ full }) => full)).toEqual([true, false, false, false, false]);
  expect(said).toEqual([true]);
});

test('a reporter tells everything at once to a service that was started anew', async () => {
  let told = new ToldHost();
  const { sent, look } = reporting((report) =>
    told.take(report) === 'taken' ? { taken: true } : { taken: false, gap: true, words: 'HTTP 409' },
  );
  await look();
  await look();
  told = new ToldHost();
  await look();

  expect(sent.map(({ full }) => full)).toEqual([true, false, false, true]);
  expect(told.containers.size).toBeGreaterThan(0);
});

test('a reporter waits longer and longer for a service that is gone, keeps nothing, and says so once', async () => {
  let isThere = false;
  const { sent, said, look, pass } = reporting(() =>
    isThere ? { taken: true } : { taken: false, gap: false, words: 'nobody is there' },
  );
  for (let second = 0; second < 60; second++) {
    await look();
    pass(1000);
  }
  expect(sent).toHaveLength(6);
  expect(sent.every(({ full }) => full)).toBe(true);
  isThere = true;
  pass(30_000);
  await look();
  await look();

  expect(sent.slice(6).map(({ full }) => full)).toEqual([true, false]);
  expect(said).toEqual([false, true]);
});
