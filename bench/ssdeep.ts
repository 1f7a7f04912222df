import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fuzzyDigest } from '../src/formats/ssdeep/digest.ts';
import { buildDigestIndex } from '../src/formats/ssdeep/digest-index.ts';
import { loadDigestIndex, serialiseDigestIndex } from '../src/formats/ssdeep/digest-index-file.ts';
import { median, run } from './measure.ts';
import { randomNumbers } from './random.ts';

/**
 * Digests of the same files by Drydock and by the ssdeep program, one process each, in pairs whose order alternates, and
 * an index of 100,000 digests. What each takes for one file of one byte is its start-up, and is taken off.
 * Run: `node bench/ssdeep.ts [--rounds N]`.
 */
const FILES = 1000;
const DIGESTS = 100_000;
const QUERIES = 5000;
const given = process.argv.indexOf('--rounds');
const rounds = given < 0 ? 7 : Number(process.argv[given + 1]);

/** What the child does: the same files, in one process. */
if (process.argv[2] === '--digests') {
  for (const file of process.argv.slice(3)) {
    const digest = fuzzyDigest(readFileSync(file));
    process.stdout.write(`${digest},"${file}"\n`);
  }
} else {
  await compareWithProgram();
  measureIndex();
}

function systemFiles(): readonly string[] {
  const folders = ['/usr/bin', '/usr/lib', '/usr/share', '/etc'];
  const found: string[] = [];
  // The list grows while it is walked.
  for (const folder of folders) {
    let taken = 0;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const name = path.join(folder, entry.name);
      if (entry.isDirectory()) folders.push(name);
      else if (entry.isFile() && taken < 30 && statSync(name).size > 4096 && statSync(name).size < 500_000) {
        found.push(name);
        taken++;
      }
      if (found.length === FILES) return found;
    }
  }
  return found;
}

async function compareWithProgram(): Promise<void> {
  const files = systemFiles();
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const [ours, theirs] = [
    [process.execPath, fileURLToPath(import.meta.url), '--digests'],
    ['ssdeep', '-s'],
  ] as const;
  const digestsOf = (text: string): string =>
    text
      .split('\n')
      .filter((line) => /^\d/.test(line))
      .join('\n');
  const outputs = [ours, theirs].map(([program, ...args]) =>
    digestsOf(execFileSync(program!, [...args, ...files], { encoding: 'utf8', maxBuffer: 1 << 26 })),
  );
  console.log(
    `${files.length} files, ${(bytes / 1e6).toFixed(1)} MB; digests ${outputs[0] === outputs[1] ? 'equal' : 'DIFFER'}`,
  );
  const ratios: number[] = [];
  const whole: number[] = [];
  const speeds: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    const cpu = [0, 0];
    const start = [0, 0];
    for (const which of order) {
      const command = which === 0 ? ours : theirs;
      start[which] = run([...command, '/etc/hostname']).cpu;
      cpu[which] = run([...command, ...files]).cpu;
    }
    // The first one warms the page cache.
    if (round === 0) continue;
    for (const which of order) speeds[which].push(bytes / 1e6 / (cpu[which]! - start[which]!));
    ratios.push((cpu[1]! - start[1]!) / (cpu[0]! - start[0]!));
    whole.push(cpu[1]! / cpu[0]!);
  }
  const spread = (values: readonly number[]): string =>
    `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
  console.log(`drydock    ${spread(speeds[0])} MB for a second of CPU, without start-up`);
  console.log(`ssdeep     ${spread(speeds[1])} MB`);
  console.log(`ratio      ${spread(ratios)} times the throughput of ssdeep; goal 1.2`);
  console.log(`           ${spread(whole)} with start-up`);
}

function measureIndex(): void {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const next = randomNumbers(1);
  const some = (length: number): string => Array.from({ length }, () => letters[next(64)]!).join('');
  const digests = Array.from(
    { length: DIGESTS },
    () => `${3 * 2 ** next(10)}:${some(33 + next(31))}:${some(17 + next(15))}`,
  );
  const [index, build] = timed(() => buildDigestIndex(digests));
  const [bytes] = timed(() => serialiseDigestIndex(index));
  const [loaded, load] = timed(() => loadDigestIndex(bytes));
  const [found, query] = timed(() => {
    let sum = 0;
    for (let i = 0; i < QUERIES; i++) sum += loaded.query(digests[i * (DIGESTS / QUERIES)]!).length;
    return sum;
  });
  console.log(
    `index      of ${DIGESTS} digests: built in ${(build / 1000).toFixed(2)} s of CPU, ${(bytes.length / 1e6).toFixed(1)} MB`,
  );
  console.log(
    `           loaded in ${(load / 1000).toFixed(3)} s; a query takes ${(query / QUERIES).toFixed(3)} ms (${found} found)`,
  );
}

/** Milliseconds of CPU, of all threads. */
function timed<T>(work: () => T): readonly [T, number] {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1000];
}
