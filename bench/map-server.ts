import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HostReport } from '../src/model/topology.ts';
import { ViewQuery } from '../src/server/map/map-query.ts';
import { mapViews } from '../src/server/map/map-schema.ts';
import { type OpenMap, openMap } from '../src/server/map/open-map.ts';
import { createServiceLog } from '../src/server/service-log.ts';
import { simulatedHost, simulatedKnowledge } from '../test/support/simulated-host.ts';

/**
 * Measures what the map of a service costs with 300 containers, 3,000 processes and 10,000 connections that report once a
 * second: processor time from the bytes of a report to the change of the view that somebody follows, for each view, what a
 * question costs, and memory after so many seconds with a history.
 * Run: `node --expose-gc bench/map-server.ts [SECONDS]`.
 */
const seconds = Number(process.argv[2] ?? 300);
const WARM = 20;
/** The last number of those that a map was told. */
const sequences = new WeakMap<OpenMap, number>();

const folder = mkdtempSync(path.join(tmpdir(), 'drydock-bench-'));
const log = createServiceLog({ write: (line) => process.stderr.write(line), level: 'warn' });
let now = Date.UTC(2026, 0, 1);
const clock = {
  steady: () => clock.now(),
  now: () => now,
  sleep: (milliseconds: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(milliseconds, 1));
      signal.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
    }),
};

function open(withHistory: boolean): OpenMap {
  const history = { folder, age: 7 * 86_400_000, bytes: 512 * 2 ** 20 };
  return openMap({ knowledge: simulatedKnowledge(), clock, log, ...(withHistory && { history }) });
}

function cpu(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

function told(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(1);
  return `median ${at(0.5)} ms, 95 % ${at(0.95)} ms, most ${at(0.999)} ms`;
}

const row = (what: string, words: string): void => void process.stdout.write(`${what.padEnd(44)} ${words}\n`);
const host = simulatedHost({ containers: 300, processes: 3000, connections: 10_000, start: now });
const first = Buffer.from(JSON.stringify(host.next()));
const reports = Array.from({ length: 100 }, () => Buffer.from(JSON.stringify(host.next())));

for (const view of mapViews) {
  const map = open(false);
  const query = ViewQuery.parse({ view });
  map.takeUnknown(JSON.parse(first.toString()), 'bench');
  await map.snapshot(query, undefined);
  await new Promise((resolve) => setTimeout(resolve, 10));
  const costs: number[] = [];
  for (const report of reports) {
    now += 1000;
    const begin = process.cpuUsage();
    map.takeUnknown(JSON.parse(report.toString()), 'bench');
    await map.snapshot(query, undefined);
    costs.push(cpu(begin));
  }
  const { nodes, edges } = await map.snapshot(query, undefined);
  row(`a report and the view of ${view}`, `${told(costs.slice(WARM))} (${nodes.length} nodes, ${edges.length} edges)`);
  if (view === 'containers') await askQuestions(map);
  await map.stop();
}

async function askQuestions(map: OpenMap): Promise<void> {
  const query = ViewQuery.parse({});
  const client = { name: 'bench', scope: 'admin' } as const;
  const [container] = host.look().containers;
  const questions: Readonly<Record<string, () => Promise<unknown>>> = {
    'details of a container': () => map.details(`container:${host.host.id}:${container!.id}`, undefined, client),
    'details of the host': () => map.details(`host:${host.host.id}`, undefined, client),
    'a search of three words': () => map.search('image:nginx label.tier:web state:running', query, undefined),
  };
  for (const [name, ask] of Object.entries(questions)) {
    const costs: number[] = [];
    for (const report of reports.slice(0, 10)) {
      now += 1000;
      // The next report, so that nothing is remembered.
      map.takeUnknown({ ...(JSON.parse(report.toString()) as HostReport), ...next(map) }, 'bench');
      await map.snapshot(query, undefined);
      const begin = process.cpuUsage();
      await ask();
      costs.push(cpu(begin));
    }
    row(name, told(costs));
  }
}

/** Numbers that go on where the reports of this map ended. */
function next(map: OpenMap): Pick<HostReport, 'sequence'> {
  const sequence = (sequences.get(map) ?? reports.length) + 1;
  sequences.set(map, sequence);
  return { sequence };
}

const map = open(true);
map.start();
const fresh = simulatedHost({ seed: 2, containers: 300, processes: 3000, connections: 10_000, start: now });
const query = ViewQuery.parse({});
const all = process.cpuUsage();
let making = 0;
for (let second = 0; second < seconds; second++) {
  now += 1000;
  const begin = process.cpuUsage();
  const report: unknown = JSON.parse(JSON.stringify(fresh.next()));
  making += cpu(begin);
  map.takeUnknown(report, 'bench');
  await map.snapshot(query, undefined);
  await new Promise((resolve) => setTimeout(resolve, 2));
}
globalThis.gc?.();
const { heapUsed, rss } = process.memoryUsage();
row(`${seconds} s with a history`, `${((cpu(all) - making) / seconds).toFixed(1)} ms of a processor a second`);
row(
  'memory',
  `${Math.round(heapUsed / 2 ** 20)} MiB of objects (the simulated host among them), ${Math.round(rss / 2 ** 20)} MiB in all`,
);
row('history', `${(map.history().bytes / 2 ** 20).toFixed(1)} MiB`);
await map.stop();
rmSync(folder, { recursive: true });
