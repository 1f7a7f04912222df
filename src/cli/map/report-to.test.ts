import { expect, test } from 'vitest';
import { simulatedHost } from '../../../test/support/simulated-host.ts';
import type { HostReport } from '../../model/topology.ts';
import { ToldHost } from '../../runtime/topology/told-host.ts';
import { Reporter, type Sent } from './report-to.ts';

function reporting(answer: (report: HostReport) => Sent): {
  readonly sent: HostReport[];
  readonly said: boolean[];
  readonly less: string[];
  look(): Promise<void>;
  pass(milliseconds: number): void;
} {
  const host = simulatedHost({ containers: 4, changing: 0.2, processes: 20 });
  const sent: HostReport[] = [];
  const said: boolean[] = [];
  const less: string[] = [];
  let now = 0;
  const reporter = new Reporter(
    async (report) => {
      sent.push(report);
      return answer(report);
    },
    { say: (taken) => said.push(taken), less: (words) => less.push(words), now: () => now },
  );
  return {
    sent,
    said,
    less,
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

test.each([
  [1, 'libraries', { containers: 4, processes: 30, connections: true }],
  [2, 'labels', { containers: 4, processes: 30, connections: true }],
  [3, 'only containers', { containers: 4, processes: 0, connections: false }],
])('a reporter leaves out more and more of what is too large, and says so (%i)', async (taken, words, expected) => {
  let most = taken;
  const told = new ToldHost();
  const lessened = ({ changed: { containers, processes } }: HostReport): number => {
    if (processes.length === 0) return 3;
    if (containers.every(({ labels }) => Object.keys(labels).length === 0)) return 2;
    return processes.every((one) => one.arguments === undefined && one.libraries === undefined) ? 1 : 0;
  };
  const { sent, said, less, look, pass } = reporting((report) => {
    if (report.full && lessened(report) < most) return { taken: false, gap: false, tooLarge: true, words: 'HTTP 413' };
    return told.take(report) === 'taken' ? { taken: true } : { taken: false, gap: true, words: 'HTTP 409' };
  });

  await look();
  expect(sent).toHaveLength(taken + 1);
  expect(told.containers.size).toBe(expected.containers);
  expect(told.processes.size).toBe(expected.processes);
  expect(told.connections.size > 0).toBe(expected.connections);
  expect(told.blindSpots[0]).toContain(words);
  await look();
  expect(sent.slice(taken + 1).map(({ full }) => full)).toEqual([false]);
  expect([said, less]).toEqual([[true], [expect.stringContaining(words)]]);

  most = 0;
  pass(61 * 60_000);
  await look();
  expect(told.blindSpots).toEqual([]);
  expect([...told.processes.values()].some(({ libraries }) => libraries !== undefined)).toBe(true);
  expect([said, less.at(-1)]).toEqual([[true], '']);
});

test('a reporter of which nothing is taken says so once, and waits', async () => {
  const { sent, said, look, pass } = reporting(() => ({
    ...{ taken: false, gap: false, tooLarge: true, words: 'HTTP 413' },
  }));
  for (let second = 0; second < 3; second++) {
    await look();
    pass(900);
  }

  expect(sent).toHaveLength(5);
  expect(said).toEqual([false]);
});
