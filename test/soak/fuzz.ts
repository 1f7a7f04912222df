// Mutation fuzzing of every reader, in another process that is watched: an error that no caller expects, no answer in 10
// seconds, a heap beyond 256 MB and memory that grows from round to round are failures. Failing inputs are made smaller
// and written to a folder; those that show a defect belong below test/hostile.
//   node test/soak/fuzz.ts [--minutes 20] [--seed N] [--reader NAME]...
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readers } from './fuzz/readers.ts';
import { smaller } from './fuzz/smaller.ts';
import type { FuzzAnswer, FuzzOrder } from './fuzz-child.ts';

const HANG = 10_000;
const SLICE = 2000;
const HEAP_MB = 256;
/** Bytes that the process may keep more after a round than after the second one. */
const GROWTH = 150_000_000;
/** Failures of one reader that are looked at; the rest is counted. */
const LOOKED_AT = 5;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    reader: { type: 'string', multiple: true },
  },
});
const seed = Number(values.seed);
const deadline = performance.now() + Number(values.minutes) * 60_000;
const chosen = readers.filter(({ name }) => values.reader === undefined || values.reader.includes(name));
if (chosen.length === 0) throw new Error(`readers: ${readers.map(({ name }) => name).join(', ')}`);

const entry = fileURLToPath(new URL('./fuzz-child.ts', import.meta.url));
let child: ChildProcess | undefined;

function start(): ChildProcess {
  const started = fork(entry, {
    execArgv: ['--expose-gc', `--max-old-space-size=${HEAP_MB}`],
    serialization: 'advanced',
  });
  child = started;
  return started;
}

function stop(): void {
  child?.kill('SIGKILL');
  child = undefined;
}

/**
 * Sends an order and waits for its last answer. Resolves to `hang` where nothing was heard for too long, to `ended`
 * where the process is gone: it is replaced then.
 */
async function send(
  order: FuzzOrder,
  onAnswer: (answer: FuzzAnswer) => boolean,
  patience = HANG,
): Promise<'last' | 'hang' | 'ended'> {
  const running = child ?? start();
  const { promise, resolve } = Promise.withResolvers<'last' | 'hang' | 'ended'>();
  let timer = setTimeout(() => resolve('hang'), patience);
  const onMessage = (answer: FuzzAnswer): void => {
    clearTimeout(timer);
    timer = setTimeout(() => resolve('hang'), patience);
    if (onAnswer(answer)) resolve('last');
  };
  const onExit = (): void => resolve('ended');
  running.on('message', onMessage).on('exit', onExit);
  running.send(order);
  const how = await promise;
  clearTimeout(timer);
  running.off('message', onMessage).off('exit', onExit);
  if (how !== 'last') stop();
  return how;
}

interface Tally {
  cases: number;
  next: number;
  failures: number;
  slowest: { number: number; milliseconds: number };
}

interface Failure {
  readonly reader: string;
  readonly number: number;
  readonly what: string;
}

const tallies = new Map<string, Tally>(
  chosen.map(({ name }) => [name, { cases: 0, next: 0, failures: 0, slowest: { number: 0, milliseconds: 0 } }]),
);
const failures: Failure[] = [];
const growth = { first: 0, last: 0, rounds: 0 };

function failed(reader: string, number: number, what: string): void {
  const tally = tallies.get(reader) as Tally;
  if (++tally.failures > LOOKED_AT) return;
  failures.push({ reader, number, what });
  console.log(`FAILED ${reader} case ${number}: ${what.split('\n').slice(0, 4).join(' ').slice(0, 400)}`);
}

/** Cases of one reader for a while. Where the process is lost, they are run again one by one up to the guilty one. */
async function slice(reader: string, careful = false): Promise<void> {
  const tally = tallies.get(reader) as Tally;
  const from = tally.next;
  let at = from;
  const how = await send(
    { kind: 'run', reader, seed, from, milliseconds: careful ? 60_000 : SLICE, cases: careful ? 5000 : 1e9, careful },
    (answer) => {
      if (answer.kind === 'at') at = answer.number;
      if (answer.kind === 'failed') failed(reader, answer.number, answer.message);
      if (answer.kind !== 'done') return false;
      tally.next = answer.next;
      if (answer.slowest.milliseconds > tally.slowest.milliseconds) tally.slowest = answer.slowest;
      growth.last = answer.rss;
      return true;
    },
  );
  if (how !== 'last') {
    tally.next = at;
    if (careful) {
      failed(reader, at, how === 'hang' ? `no answer in ${HANG / 1000} s` : 'the process ended (memory?)');
      tally.next = at + 1;
    } else await slice(reader, true);
  }
  tally.cases += careful && how === 'last' ? 0 : Math.max(0, tally.next - from);
}

/** The message without places, so that an input still fails in the same way. */
const kindOf = (message: string): string =>
  message.split('\n').slice(0, 2).join(' ').replaceAll(/\d+/g, 'N').slice(0, 200);

async function tryInput(failure: Failure, bytes: Uint8Array): Promise<string | undefined> {
  let message: string | undefined;
  const { reader, number } = failure;
  const how = await send({ kind: 'input', reader, seed, number, bytes }, (answer) => {
    if (answer.kind !== 'input') return false;
    message = answer.message;
    return true;
  });
  return how === 'last' ? message : how;
}

async function keep(failure: Failure, folder: string): Promise<void> {
  let bytes: Buffer = Buffer.alloc(0);
  const { reader, number } = failure;
  await send({ kind: 'make', reader, seed, number }, (answer) => {
    if (answer.kind === 'bytes') bytes = Buffer.from(answer.bytes);
    return true;
  });
  const original = await tryInput(failure, bytes);
  const file = path.join(folder, `${reader}-${number}.bin`);
  if (original === undefined) {
    console.log(`${reader} case ${number} does not fail alone; see --seed ${seed}`);
  } else {
    const kind = kindOf(original);
    const tries = original === 'hang' ? 12 : 400;
    bytes = await smaller(bytes, async (less) => kindOf((await tryInput(failure, less)) ?? '') === kind, tries);
  }
  writeFileSync(file, bytes);
  console.log(`${file}: ${bytes.length} bytes`);
}

console.log(`seed ${seed}, ${chosen.length} readers, ${values.minutes} minutes`);
while (performance.now() < deadline) {
  for (const { name } of chosen) if (performance.now() < deadline) await slice(name);
  growth.rounds++;
  if (growth.rounds === 2) growth.first = growth.last;
}

let passed = failures.length === 0;
for (const [name, { cases, failures: count, slowest }] of tallies) {
  const slow = `slowest ${Math.round(slowest.milliseconds)} ms (case ${slowest.number})`;
  console.log(
    `${name.padEnd(20)} ${String(cases).padStart(9)} cases, ${slow}${count > 0 ? `, ${count} FAILURES` : ''}`,
  );
}
const grown = growth.first === 0 ? 0 : growth.last - growth.first;
const inMb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
console.log(
  `memory ${inMb(growth.last)} after ${growth.rounds} rounds, ${grown < 0 ? '' : '+'}${inMb(grown)} since the second`,
);
if (grown > GROWTH) passed = false;
if (failures.length > 0) {
  const folder = mkdtempSync(path.join(tmpdir(), 'drydock-fuzz-'));
  for (const failure of failures) await keep(failure, folder);
}
stop();
console.log(passed ? 'no failure' : 'FAILURES');
process.exitCode = passed ? 0 : 1;
