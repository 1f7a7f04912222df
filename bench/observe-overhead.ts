// What observing costs: node bench/observe-overhead.ts [--engine docker|podman] [--rounds 9]
// (a) From the start of `drydock observe` to its end, less the second that is watched, beyond what the same image takes
// to be created, started, ready and removed; without a tracer and with strace. Goal: 6 s at the most.
// (b) A program in the cage takes the time of calls of getppid and of rounds of open, read and close in pieces, for half a
// second each, without a tracer and with it in turns; told of the median piece and of the shortest, which others on the
// machine disturbed least. Goals: getppid as it was, the round 10 times at the most.
// Root, an engine, busybox-static, a C compiler and strace.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Report } from '../src/model/report.ts';
import {
  createContainer,
  inspectContainer,
  removeContainer,
  startContainer,
} from '../src/net/container-engine/containers.ts';
import { connectEngine } from '../src/net/container-engine/engine.ts';
import { busyboxArchive } from '../test/support/busybox-image.ts';
import { startDocker, startPodman } from '../test/support/real-engines.ts';
import { runDrydock } from '../test/support/run.ts';
import { temporaryFolder } from '../test/support/temporary.ts';
import { median } from './measure.ts';

const source = `
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e6 + t.tv_nsec / 1e3; }
static int order(const void *a, const void *b) { double x = *(double *)a, y = *(double *)b; return (x > y) - (x < y); }
static void getppids(void) { for (int i = 0; i < 20; i++) getppid(); }
static void round_(void) {
  char byte;
  int file = open("/etc/passwd", O_RDONLY);
  if (read(file, &byte, 1) != 1) exit(9);
  close(file);
}
static void tell(void (*run)(void), int times, double calls) {
  static double pieces[100000];
  int count = 0;
  double end = now() + 5e5;
  while (count < 100000) {
    double began = now();
    for (int i = 0; i < times; i++) run();
    double ended = now();
    pieces[count++] = (ended - began) / calls;
    if (ended > end) break;
  }
  qsort(pieces, count, sizeof *pieces, order);
  printf(" %.4f %.4f", pieces[count / 2], pieces[0]);
}
int main(void) {
  printf("us");
  tell(getppids, 50, 1000);
  tell(round_, 20, 20);
  puts("");
  return 0;
}`;

/** Seconds: the least that there is. */
const WATCHED = 1;

const { values } = parseArgs({ options: { engine: { type: 'string' }, rounds: { type: 'string' } } });
const kind = values.engine === 'podman' ? 'podman' : 'docker';
const rounds = Number(values.rounds ?? 9);
const folder = temporaryFolder();
const [code, program] = [path.join(folder, 'loop.c'), path.join(folder, 'loop')];
writeFileSync(code, source);
execFileSync('cc', ['-O1', '-static', '-o', program, code]);
const archive = path.join(folder, 'images.tar');
writeFileSync(
  archive,
  busyboxArchive(
    { tag: 'web:1', config: { Cmd: ['httpd', '-f', '-p', '8080', '-h', '/srv'] } },
    {
      tag: 'loop:1',
      config: { Cmd: ['/loop'] },
      entries: [{ path: 'loop', content: readFileSync(program), mode: 0o755 }],
    },
  ),
);
const real = await (kind === 'podman' ? startPodman('overlay') : startDocker('overlay'));
try {
  real.load(archive);
  const engine = await connectEngine(kind, { environment: real.environment });
  const whole = { plain: [] as number[], none: [] as number[], strace: [] as number[] };
  const loops = { none: [] as (readonly number[])[], strace: [] as (readonly number[])[] };
  const tracers = ['none', 'strace'] as const;
  for (let round = 0; round <= rounds; round++) {
    // The first one warms up.
    const plain = await seconds(plainRun);
    if (round > 0) whole.plain.push(plain);
    for (const tracer of round % 2 === 0 ? tracers : tracers.toReversed()) {
      const took = await seconds(() => observe('web:1', tracer));
      const log = (await observe('loop:1', tracer)).observation!.attempts.at(-1)!.log.join('\n');
      const found = /^us ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)$/m.exec(log);
      if (found === null) throw new Error(`the program did not say how often: ${log}`);
      if (round === 0) continue;
      whole[tracer].push(took);
      loops[tracer].push(found.slice(1).map(Number));
    }
  }
  const over = (tracer: 'none' | 'strace'): string =>
    told(whole[tracer].map((one, index) => one - WATCHED - whole.plain[index]!));
  console.log(`${engine.name}, ${rounds} rounds; median (least to most)`);
  console.log(`plain create, start, ready, remove: ${told(whole.plain)} s`);
  console.log(`beyond it, without a tracer: ${over('none')} s; with strace: ${over('strace')} s`);
  const names = ['getppid', 'getppid, shortest', 'open, read, close', 'open, read, close, shortest'];
  for (const [index, name] of names.entries()) {
    const ratios = loops.strace.map((one, round) => one[index]! / loops.none[round]![index]!);
    const [without, traced] = [loops.none, loops.strace].map((all) => told(all.map((one) => one[index]!)));
    console.log(`${name}: ${without} us without, ${traced} us traced; ratio ${told(ratios)}`);
  }

  /** What the image takes by itself, with the same engine and no network. */
  async function plainRun(): Promise<void> {
    const { id } = await createContainer(engine, { image: 'web:1', name: 'plain', network: 'none' });
    try {
      await startContainer(engine, id);
      const { pid } = await inspectContainer(engine, id);
      // State 0A listens (proc_pid_net(5)).
      while (!/: [0-9A-F]+:1F90 [0-9A-F:]+ 0A /.test(readFileSync(`/proc/${pid}/net/tcp6`, 'utf8'))) await sleep(10);
    } finally {
      await removeContainer(engine, id);
    }
  }
} finally {
  await real.stop();
}

async function observe(image: string, tracer: string): Promise<Report> {
  const file = path.join(folder, 'report.json');
  const args = ['--offline', '--engine', kind, '--checks', 'none', '--service-scanners', 'none', '--duration', '1s'];
  const all = ['observe', image, '--tracer', tracer, ...args, '-o', `json=${file}`, '--cache-dir', `${folder}/cache`];
  const { status, stderr } = await runDrydock(all, { environment: real.environment, timeout: 120_000 });
  if (status !== 0) throw new Error(`observe ended with ${status}: ${stderr}`);
  return JSON.parse(readFileSync(file, 'utf8')) as Report;
}

async function seconds(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return (performance.now() - began) / 1000;
}

function told(values: readonly number[]): string {
  const digits = (value: number): string => value.toFixed(2);
  return `${digits(median(values))} (${digits(Math.min(...values))} to ${digits(Math.max(...values))})`;
}
