import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readTrace } from '../src/runtime/calls/read-trace.ts';

/**
 * How many lines of strace are read in a second: `node bench/trace-lines.ts [FOLDER]`. FOLDER has files of `strace -ff -o
 * FOLDER/t`; without one, what a shell, perl and find do here is traced and repeated.
 */
const LINES = 1_000_000;
const ROUNDS = 5;

const made = process.argv[2] === undefined ? mkdtempSync(path.join(tmpdir(), 'drydock-bench-')) : undefined;
const folder = process.argv[2] ?? record(made!);
try {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let events = 0;
    const before = process.cpuUsage();
    const { calls, undecoded } = await readTrace({ folder }, { call: () => void events++ });
    // Of the processor: other work on the machine counts less that way.
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    rates.push(calls / seconds);
    console.log(`${calls} calls, ${events} events, ${undecoded} undecoded, ${seconds.toFixed(2)} s`);
  }
  rates.sort((a, b) => a - b);
  const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(`median ${Math.round(rates[ROUNDS >> 1]!)} lines a second of one processor, ${memory} MiB`);
} finally {
  if (made !== undefined) rmSync(made, { recursive: true });
}

/** Lines of real programs, as many times as it takes; each file is one thread. */
function record(folder: string): string {
  const single = path.join(folder, 'once');
  const traced = spawnSync('strace', [
    ...[
      '-f',
      '-o',
      single,
      '-q',
      '-ttt',
      '-yy',
      '-e',
      'abbrev=%%stat,%%statfs',
      '-s',
      '4096',
      '-e',
      'signal=none',
      '-e',
      'trace=%file,%process,%network,mmap',
    ],
    ...[
      'sh',
      '-c',
      "find /etc /usr/share/perl* -name '*.conf' >/dev/null; perl -e 'use POSIX; use Socket; print 1' >/dev/null",
    ],
  ]);
  if (traced.status !== 0) throw new Error(`strace: ${traced.stderr}`);
  const threads = new Map<string, string[]>();
  for (const line of readFileSync(single, 'latin1').split('\n')) {
    const found = /^(\d+) +(\d.*)$/.exec(line);
    if (found === null || line.includes('unfinished') || line.includes('resumed')) continue;
    const lines = threads.get(found[1]!) ?? [];
    lines.push(found[2]!);
    threads.set(found[1]!, lines);
  }
  const total = [...threads.values()].reduce((sum, lines) => sum + lines.length, 0);
  for (const [tid, lines] of threads) {
    const file = path.join(folder, `t.${tid}`);
    writeFileSync(file, '');
    for (let written = 0; written < LINES; written += total)
      writeFileSync(file, `${lines.join('\n')}\n`, { flag: 'a' });
  }
  rmSync(single);
  return folder;
}
